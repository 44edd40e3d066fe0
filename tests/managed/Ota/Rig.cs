using TinyNano.Contracts;
using TinyNano.Ota;

namespace NFUnitTest.OtaTests
{
    /// <summary>A device with a store, and the messages that a server would send it.</summary>
    public sealed class Rig
    {
        public const int ChunkBytes = 512;

        public readonly Topics Topics = new Topics("r", "d", "g");
        public readonly FakeFlash Flash;
        public readonly FakeStore Store;
        public readonly FakeHost Host;
        public readonly FakeBus Bus = new FakeBus();
        public readonly UpdateOptions Options = new UpdateOptions();
        public readonly ModelUpdater Updater;
        private readonly PartMessage _message = new PartMessage();

        /// <param name="flash">Of the device before it was restarted; new for a new one.</param>
        public Rig(FakeFlash flash)
        {
            Flash = flash;
            Store = new FakeStore(flash);
            Host = new FakeHost(flash);
            Updater = new ModelUpdater(Store, Bus, Topics, Options, Host);
        }

        /// <summary>Microseconds.</summary>
        public long Now { get; set; }

        /// <summary>A manifest of a model of so many chunks.</summary>
        public static UpdateManifest Manifest(uint version, int chunks)
        {
            UpdateManifest manifest = new UpdateManifest();
            manifest.Rollout = 100 + version;
            manifest.Issued = 1000 + version;
            manifest.ModelVersion = version;
            manifest.ChunkBytes = ChunkBytes;
            manifest.Chunks = chunks;
            manifest.BlobBytes = (uint)(chunks * ChunkBytes - 7);
            manifest.HealthSeconds = 10;
            manifest.Signature[0] = 1;
            return manifest;
        }

        public static byte[] Bytes(UpdateManifest manifest)
        {
            byte[] bytes = new byte[UpdateManifest.Bytes];
            manifest.Encode(bytes);
            return bytes;
        }

        public void Offer(UpdateManifest manifest)
        {
            Bus.Deliver(Topics.UpdateManifest, Bytes(manifest));
        }

        /// <summary>Lets so many milliseconds pass.</summary>
        public void Tick(int milliseconds)
        {
            Now += milliseconds * 1000L;
            Updater.Tick(Now);
        }

        /// <summary>A raw part as the server sends it.</summary>
        public byte[] Raw(UpdateManifest manifest, int part, int flags)
        {
            byte[] data = new byte[manifest.PartBytes(part)];
            for (int j = 0; j < data.Length; j++)
            {
                data[j] = FakeStore.ByteAt(manifest.ModelVersion, part, j);
            }

            return Message(manifest, part, PartEncoding.Raw, flags, data);
        }

        public byte[] Message(UpdateManifest manifest, int part, int encoding, int flags, byte[] data)
        {
            _message.Session = SessionNumber.Of(Bytes(manifest));
            _message.Part = part;
            _message.Encoding = encoding;
            _message.Flags = flags;
            byte[] bytes = new byte[PartMessage.FixedBytes + data.Length];
            _message.Encode(bytes, data, 0, data.Length);
            return bytes;
        }

        /// <summary>Answers every request that waits with raw parts; returns how many were sent.</summary>
        public int Serve(UpdateManifest manifest)
        {
            int sent = 0;
            for (PartRequest request = Bus.TakeRequest(); request != null; request = Bus.TakeRequest())
            {
                int first = request.First;
                uint wanted = request.Wanted;
                for (int i = 0; i < 32; i++)
                {
                    if ((wanted & (1u << i)) != 0)
                    {
                        Bus.Deliver(Topics.UpdatePart, Raw(manifest, first + i, 0));
                        sent++;
                    }
                }
            }

            return sent;
        }

        /// <summary>Serves until nothing is asked for any more.</summary>
        public int ServeAll(UpdateManifest manifest)
        {
            int sent = 0;
            Tick(10);
            for (int more = Serve(manifest); more > 0; more = Serve(manifest))
            {
                sent += more;
                Tick(10);
            }

            return sent;
        }

        /// <summary>An inference every 100 ms.</summary>
        public void Infer(int seconds)
        {
            for (int i = 0; i < seconds * 10; i++)
            {
                Host.Trial.RecordInference(Now, 1000);
                Tick(100);
            }
        }
    }
}
