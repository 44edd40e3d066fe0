namespace TinyNano.Contracts
{
    /// <summary>What a device is and does. Retained, so that whoever subscribes knows at once.</summary>
    public sealed class StateMessage
    {
        public const int Version = 1;

        public const int UptimeSecondsAt = 8;
        public const int StateAt = 12;
        public const int EngineAt = 13;
        public const int SlotAt = 14;
        public const int StatusAt = 16;
        public const int FaultStepAt = 18;
        public const int FaultTensorAt = 20;
        public const int RestartsAt = 22;
        public const int ModelVersionAt = 24;
        public const int ModelCrcAt = 28;
        public const int ModelBytesAt = 32;
        public const int ArenaBytesAt = 36;
        public const int FreeHeapAt = 40;
        public const int FixedBytes = 44;

        /// <summary>Bytes that the texts have at most.</summary>
        public const int ModelNameBytes = 48;
        public const int FirmwareBytes = 32;
        public const int ApplicationBytes = 24;

        public const int NoSlot = 255;

        public uint Sequence;
        public uint UptimeSeconds;

        /// <summary>One of <see cref="DeviceState"/>.</summary>
        public int State;

        /// <summary>One of <see cref="EngineKind"/>.</summary>
        public int Engine;

        /// <summary>Slot of the confirmed model, or <see cref="NoSlot"/>.</summary>
        public int Slot = NoSlot;

        /// <summary>Status code of what failed last; 0 for none.</summary>
        public int Status;

        /// <summary>Step and tensor to blame; 65535 where they are not known.</summary>
        public int FaultStep = 0xFFFF;
        public int FaultTensor = 0xFFFF;

        /// <summary>Starts of the device so far.</summary>
        public int Restarts;
        public uint ModelVersion;

        /// <summary>Checksum in the blob's header.</summary>
        public uint ModelCrc;
        public uint ModelBytes;
        public uint ArenaBytes;
        public uint FreeHeap;
        public string ModelName = "";
        public string Firmware = "";
        public string Application = "";

        /// <summary>Writes the message.</summary>
        /// <param name="data">At least <see cref="MessageHeader.MaxMessageBytes"/>.</param>
        /// <returns>Bytes of the message.</returns>
        public int Encode(byte[] data)
        {
            MessageHeader.Put(data, MessageHeader.StateKind, Version, FixedBytes, Sequence);
            LittleEndian.PutUInt32(data, UptimeSecondsAt, UptimeSeconds);
            data[StateAt] = (byte)State;
            data[EngineAt] = (byte)Engine;
            LittleEndian.PutUInt16(data, SlotAt, Slot);
            LittleEndian.PutUInt16(data, StatusAt, Status);
            LittleEndian.PutUInt16(data, FaultStepAt, FaultStep);
            LittleEndian.PutUInt16(data, FaultTensorAt, FaultTensor);
            LittleEndian.PutUInt16(data, RestartsAt, Restarts < 0xFFFF ? Restarts : 0xFFFF);
            LittleEndian.PutUInt32(data, ModelVersionAt, ModelVersion);
            LittleEndian.PutUInt32(data, ModelCrcAt, ModelCrc);
            LittleEndian.PutUInt32(data, ModelBytesAt, ModelBytes);
            LittleEndian.PutUInt32(data, ArenaBytesAt, ArenaBytes);
            LittleEndian.PutUInt32(data, FreeHeapAt, FreeHeap);
            int at = MessageText.Put(data, FixedBytes, ModelName, ModelNameBytes);
            at = MessageText.Put(data, at, Firmware, FirmwareBytes);
            return MessageText.Put(data, at, Application, ApplicationBytes);
        }

        /// <summary>Reads a message; false where it is none, and then nothing is known of the fields.</summary>
        public bool Decode(byte[] data, int length)
        {
            if (!MessageHeader.IsReadable(data, length, MessageHeader.StateKind, Version, FixedBytes))
            {
                return false;
            }

            Sequence = LittleEndian.GetUInt32(data, MessageHeader.SequenceAt);
            UptimeSeconds = LittleEndian.GetUInt32(data, UptimeSecondsAt);
            State = data[StateAt];
            Engine = data[EngineAt];
            Slot = LittleEndian.GetUInt16(data, SlotAt);
            Status = LittleEndian.GetInt16(data, StatusAt);
            FaultStep = LittleEndian.GetUInt16(data, FaultStepAt);
            FaultTensor = LittleEndian.GetUInt16(data, FaultTensorAt);
            Restarts = LittleEndian.GetUInt16(data, RestartsAt);
            ModelVersion = LittleEndian.GetUInt32(data, ModelVersionAt);
            ModelCrc = LittleEndian.GetUInt32(data, ModelCrcAt);
            ModelBytes = LittleEndian.GetUInt32(data, ModelBytesAt);
            ArenaBytes = LittleEndian.GetUInt32(data, ArenaBytesAt);
            FreeHeap = LittleEndian.GetUInt32(data, FreeHeapAt);
            int at = LittleEndian.GetUInt16(data, MessageHeader.FixedBytesAt);
            return MessageText.Get(data, length, ref at, out ModelName)
                && MessageText.Get(data, length, ref at, out Firmware)
                && MessageText.Get(data, length, ref at, out Application);
        }
    }
}
