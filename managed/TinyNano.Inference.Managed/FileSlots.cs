using System.IO;

namespace TinyNano.Inference
{
    /// <summary>
    /// Slots in files, for firmware without slots of its own: slot0.tnb and slot1.tnb hold blobs, select0.bin and select1.bin tell which one
    /// was confirmed last.
    /// </summary>
    /// <remarks>
    /// A confirmation replaces the selector file that is not in force, so that a power cut spoils only what nobody needs. A record counts
    /// only where its slot still begins with the blob that was confirmed: an old record never brings back a slot that has been
    /// written anew.
    /// </remarks>
    /// <exception cref="InferenceException">
    /// Arg for a slot, a range or an order that is not allowed, and for changes of the active slot; Flash where the file system refuses
    /// (no storage, no space); Empty, Format, Version or Checksum from <see cref="Confirm"/>.
    /// </exception>
    public sealed class FileSlots : IModelSlots
    {
        /// <summary>What a slot may hold where the application does not say it. The file system may be full before.</summary>
        public const int DefaultSlotBytes = 256 * 1024;

        private const int Count = 2;
        private const int ChunkBytes = 1024;

        private readonly SlotFile[] _slots = new SlotFile[Count];
        private readonly SlotFile[] _selectors = new SlotFile[Count];
        private int _active;

        // The selector file in force (-1: none), and the newest sequence number.
        private int _inForce;
        private uint _sequence;

        /// <param name="storageRoot">An existing folder, such as <c>I:\</c>.</param>
        public FileSlots(string storageRoot)
            : this(storageRoot, DefaultSlotBytes)
        {
        }

        public FileSlots(string storageRoot, int slotBytes)
        {
            SlotBytes = slotBytes;
            for (int i = 0; i < Count; i++)
            {
                _slots[i] = new SlotFile(Path.Combine(storageRoot, "slot" + i + ".tnb"));
                _selectors[i] = new SlotFile(Path.Combine(storageRoot, "select" + i + ".bin"));
            }

            ReadSelectors();
        }

        public int SlotBytes { get; }

        public int Active
        {
            get { return _active; }
        }

        public int Length(int slot)
        {
            byte[] header = new byte[BlobHeader.Size];
            return ReadHeader(slot, header) ? (int)BlobHeader.Length(header) : 0;
        }

        /// <summary>Bytes behind the end of the file read as 0xFF, as in erased flash.</summary>
        public void Read(int slot, int offset, byte[] data, int start, int count)
        {
            Check(slot, offset, data, start, count);
            int done = Slot(slot).Read(offset, data, start, count);
            for (; done < count; done++)
            {
                data[start + done] = 0xFF;
            }
        }

        public void Erase(int slot)
        {
            Changeable(slot).Delete();
        }

        /// <summary>Writes where the last bytes ended.</summary>
        public void Write(int slot, int offset, byte[] data, int start, int count)
        {
            Check(slot, offset, data, start, count);
            SlotFile file = Changeable(slot);
            if (offset != file.Length())
            {
                throw new InferenceException(InferenceStatus.Arg);
            }

            if (count > 0)
            {
                file.Append(data, start, count);
            }
        }

        public void Confirm(int slot)
        {
            byte[] header = new byte[BlobHeader.Size];
            if (!ReadHeader(slot, header))
            {
                throw new InferenceException(InferenceStatus.Empty);
            }

            int status = BlobHeader.Check(header, (int)BlobHeader.Length(header));
            if (status == InferenceStatus.Ok && Checksum(slot, (int)BlobHeader.Length(header)) != BlobHeader.Crc(header))
            {
                status = InferenceStatus.Checksum;
            }

            if (status != InferenceStatus.Ok)
            {
                throw new InferenceException(status);
            }

            if (slot == _active)
            {
                return;
            }

            SelectorRecord record = new SelectorRecord();
            record.Sequence = _sequence + 1;
            record.Slot = slot;
            record.BlobBytes = BlobHeader.Length(header);
            record.BlobCrc = BlobHeader.Crc(header);
            _selectors[_inForce == 0 ? 1 : 0].Replace(record.ToBytes());

            // What is stored decides.
            ReadSelectors();
            if (_active != slot)
            {
                throw new InferenceException(InferenceStatus.Flash);
            }
        }

        private void ReadSelectors()
        {
            bool any = false;
            uint newest = 0;
            byte[] bytes = new byte[SelectorRecord.Size];
            byte[] header = new byte[BlobHeader.Size];
            _active = -1;
            _inForce = -1;
            _sequence = 0;
            for (int i = 0; i < Count; i++)
            {
                SelectorRecord record = new SelectorRecord();
                if (_selectors[i].Read(0, bytes, 0, bytes.Length) != bytes.Length || !record.Read(bytes))
                {
                    continue;
                }

                // The sequence goes on from the newest record, whether it counts or not.
                if (!any || SelectorRecord.IsNewer(record.Sequence, _sequence))
                {
                    _sequence = record.Sequence;
                }

                any = true;
                if (ReadHeader(record.Slot, header) && BlobHeader.Length(header) == record.BlobBytes && BlobHeader.Crc(header) == record.BlobCrc
                    && (_active < 0 || SelectorRecord.IsNewer(record.Sequence, newest)))
                {
                    newest = record.Sequence;
                    _active = record.Slot;
                    _inForce = i;
                }
            }
        }

        // Whether a slot begins like a blob that lies in it as a whole.
        private bool ReadHeader(int slot, byte[] header)
        {
            SlotFile file = Slot(slot);
            if (file.Read(0, header, 0, header.Length) != header.Length || !BlobHeader.HasMagic(header))
            {
                return false;
            }

            uint length = BlobHeader.Length(header);
            return length >= BlobHeader.Size && length <= (uint)file.Length() && length <= (uint)SlotBytes;
        }

        private uint Checksum(int slot, int length)
        {
            byte[] chunk = new byte[ChunkBytes];
            uint crc = 0;
            int at = BlobHeader.CrcFrom;
            while (at < length)
            {
                int count = length - at < chunk.Length ? length - at : chunk.Length;
                if (Slot(slot).Read(at, chunk, 0, count) != count)
                {
                    throw new InferenceException(InferenceStatus.Flash);
                }

                crc = Crc32.Update(crc, chunk, 0, count);
                at += count;
            }

            return crc;
        }

        private SlotFile Slot(int slot)
        {
            if (slot < 0 || slot >= Count)
            {
                throw new InferenceException(InferenceStatus.Arg);
            }

            return _slots[slot];
        }

        private SlotFile Changeable(int slot)
        {
            SlotFile file = Slot(slot);
            if (slot == _active)
            {
                throw new InferenceException(InferenceStatus.Arg);
            }

            return file;
        }

        private void Check(int slot, int offset, byte[] data, int start, int count)
        {
            Slot(slot);
            if (offset < 0 || start < 0 || count < 0 || offset > SlotBytes || count > SlotBytes - offset
                || start > data.Length || count > data.Length - start)
            {
                throw new InferenceException(InferenceStatus.Arg);
            }
        }
    }
}
