using System;
using System.IO;
using TinyNano.Inference;

namespace TinyNano.App
{
    /// <summary>
    /// Finds the model to run. A new factory model, the file <c>model.tnb</c>, is installed where it differs from the confirmed one: written
    /// into the other slot, proven there with its golden vectors, then confirmed. Whenever power is lost, a confirmed model is left.
    /// </summary>
    /// <remarks>
    /// Each factory model is dealt with once. What came of it is remembered, so that it neither undoes a later update of the slots nor,
    /// where it was refused, wears out the flash at every start. While an update is on its way, its slot is not touched: the factory
    /// model waits for another start. Where a confirmed update is active, a factory model is installed only if its version is higher.
    /// </remarks>
    public sealed class ModelInstaller
    {
        public const string FactoryFile = "model.tnb";

        // The factory model dealt with last, and its status.
        private const string SeenFile = "model.seen";
        private const int ChunkBytes = 2048;

        private readonly IModelSlots _slots;
        private readonly IEngineFactory _engines;
        private readonly string _root;
        private bool _proven;

        /// <param name="slots">The model slots.</param>
        /// <param name="engines">For proofs and for the model.</param>
        /// <param name="storageRoot">Where the factory model lies; ends with a separator.</param>
        public ModelInstaller(IModelSlots slots, IEngineFactory engines, string storageRoot)
        {
            _slots = slots;
            _engines = engines;
            _root = storageRoot;
        }

        /// <summary>The slot that is not active belongs to an update: nothing is installed.</summary>
        public bool IsUpdating { get; set; }

        /// <summary>The active model came by an update: only a factory model of a higher version takes its place.</summary>
        public bool IsUpdated { get; set; }

        /// <summary>Slot of the confirmed model; -1 where there is none.</summary>
        public int Slot { get; private set; } = -1;

        public uint ModelCrc { get; private set; }

        public uint ModelBytes { get; private set; }

        /// <summary>Name of the class of the engine; null before one was made.</summary>
        public string EngineName { get; private set; }

        /// <summary>Why the factory model was refused, one of <see cref="InferenceStatus"/>; 0 where it was not.</summary>
        public int FactoryStatus { get; private set; }

        /// <summary>Installs the factory model where there is a new one, and opens the confirmed model after its proof.</summary>
        /// <returns>Null where there is no model.</returns>
        /// <exception cref="InferenceException">The confirmed model cannot be opened, or its proof fails.</exception>
        public Model Open()
        {
            if (!IsUpdating)
            {
                InstallFactory();
            }

            Slot = _slots.Active;
            if (Slot < 0)
            {
                return null;
            }

            BlobHeader header = BlobHeader.Read(_slots, Slot);
            ModelCrc = header == null ? 0 : header.Crc;
            ModelBytes = header == null ? 0 : header.TotalSize;
            Model model = OpenSlot(Slot);
            if (!_proven && !model.Prove())
            {
                model.Dispose();
                throw new InferenceException(InferenceStatus.Proof);
            }

            return model;
        }

        private void InstallFactory()
        {
            string path = _root + FactoryFile;
            try
            {
                if (!File.Exists(path))
                {
                    return;
                }

                using (FileStream file = new FileStream(path, FileMode.Open, FileAccess.Read))
                {
                    Install(file);
                }
            }
            catch (InferenceException e)
            {
                FactoryStatus = e.Status;
            }
            catch (IOException)
            {
                FactoryStatus = InferenceStatus.Flash;
            }
        }

        private void Install(FileStream file)
        {
            byte[] bytes = new byte[BlobHeader.Bytes];
            BlobHeader header = ReadWhole(file, bytes, bytes.Length) ? BlobHeader.Read(bytes) : null;
            if (header == null || header.TotalSize != file.Length)
            {
                FactoryStatus = InferenceStatus.Format;
                return;
            }

            int active = _slots.Active;
            if (WasSeen(header, active))
            {
                return;
            }

            BlobHeader present = active < 0 ? null : BlobHeader.Read(_slots, active);
            bool isOutdated = IsUpdated && present != null && header.ModelVersion <= present.ModelVersion;
            if (!header.IsSameBlob(present) && !isOutdated)
            {
                InstallInto(active == 0 ? 1 : 0, file, header);
            }

            Remember(header, InferenceStatus.Ok);
        }

        private void InstallInto(int slot, FileStream file, BlobHeader header)
        {
            try
            {
                if (header.TotalSize > _slots.SlotBytes)
                {
                    throw new InferenceException(InferenceStatus.Limit);
                }

                Copy(file, slot);
                Prove(slot);
                _slots.Confirm(slot);
                _proven = true;
            }
            catch (InferenceException e)
            {
                // Flash that failed, and an update that has the slot, say nothing of the model.
                if (e.Status != InferenceStatus.Flash && e.Status != InferenceStatus.State)
                {
                    Remember(header, e.Status);
                }

                throw;
            }
        }

        private void Copy(FileStream file, int slot)
        {
            byte[] chunk = new byte[ChunkBytes];
            file.Seek(0, SeekOrigin.Begin);
            int length = (int)file.Length;
            _slots.Erase(slot);
            for (int at = 0; at < length; at += chunk.Length)
            {
                int count = length - at < chunk.Length ? length - at : chunk.Length;
                if (!ReadWhole(file, chunk, count))
                {
                    throw new IOException();
                }

                _slots.Write(slot, at, chunk, 0, count);
            }
        }

        private void Prove(int slot)
        {
            using (Model model = OpenSlot(slot))
            {
                if (!model.Prove())
                {
                    throw new InferenceException(InferenceStatus.Proof);
                }
            }
        }

        private Model OpenSlot(int slot)
        {
            IEngine engine = _engines.Create();
            EngineName = engine.GetType().Name;
            try
            {
                return Model.OpenSlot(engine, _slots, slot);
            }
            catch (InferenceException)
            {
                engine.Dispose();
                throw;
            }
        }

        // An installed model that has gone from the slots is installed again; a refused one stays refused.
        private bool WasSeen(BlobHeader header, int active)
        {
            string path = _root + SeenFile;
            if (!File.Exists(path))
            {
                return false;
            }

            string[] parts = File.ReadAllText(path).Split(' ');
            if (parts.Length != 2 || parts[0] != Name(header) || !int.TryParse(parts[1], out int status))
            {
                return false;
            }

            FactoryStatus = status;
            return active >= 0 || status != InferenceStatus.Ok;
        }

        private void Remember(BlobHeader header, int status)
        {
            File.WriteAllText(_root + SeenFile, Name(header) + " " + status.ToString());
        }

        private static string Name(BlobHeader header)
        {
            return header.Crc.ToString() + "/" + header.TotalSize.ToString() + "/" + header.ModelVersion.ToString();
        }

        private static bool ReadWhole(FileStream file, byte[] bytes, int count)
        {
            int done = 0;
            while (done < count)
            {
                int read = file.Read(bytes, done, count - done);
                if (read <= 0)
                {
                    return false;
                }

                done += read;
            }

            return true;
        }
    }
}
