using TinyNano.Contracts;
using TinyNano.Inference;
using TinyNano.Messaging;

namespace TinyNano.Ota
{
    /// <summary>
    /// Brings models over a message bus: carries out what an <see cref="UpdateMachine"/> decides with a store, a bus and the application's
    /// models. It has no thread: messages are only taken in when they come, and everything happens in <see cref="Tick"/>. Its heap stays
    /// below 8 KB, messages that wait included.
    /// </summary>
    public sealed partial class ModelUpdater
    {
        private const int NoAnswer = -1;

        private readonly IUpdateProvider _provider;
        private readonly IMessageBus _bus;
        private readonly Topics _topics;
        private readonly UpdateOptions _options;
        private readonly IModelHost _host;
        private readonly UpdateSession _session = new UpdateSession();
        private readonly UpdateMachine _machine;
        private readonly PartQueue _parts = new PartQueue();
        private readonly ManifestMailbox _own = new ManifestMailbox();
        private readonly ManifestMailbox _group = new ManifestMailbox();
        private readonly PartMessage _part = new PartMessage();
        private readonly PartRequest _request = new PartRequest();
        private readonly UpdateMessage _update = new UpdateMessage();
        private readonly CopyRuns _copies = new CopyRuns();
        private readonly byte[] _buffer = new byte[UpdateMessage.FixedBytes];
        private readonly ManifestShelf _manifests = new ManifestShelf();
        private byte[] _offered;
        private uint _offeredSession;
        private bool _started;
        private bool _connected;
        private int _reconnects;
        private uint _bytesReceived;
        private long _now;
        private int _answer;
        private int _value;
        private int _detail;

        /// <summary>Subscribes to the topics of updates and listens to the bus.</summary>
        /// <param name="provider">The store.</param>
        /// <param name="bus">Stays the caller's.</param>
        /// <param name="topics">Of the device, and of its group where it has one.</param>
        /// <param name="options">How to fetch.</param>
        /// <param name="host">Runs models.</param>
        public ModelUpdater(IUpdateProvider provider, IMessageBus bus, Topics topics, UpdateOptions options, IModelHost host)
        {
            _provider = provider;
            _bus = bus;
            _topics = topics;
            _options = options;
            _host = host;
            _machine = new UpdateMachine(options, _session);
            bus.MessageReceived += OnMessage;
            bus.Subscribe(topics.UpdateManifest, 1);
            bus.Subscribe(topics.UpdatePart, 0);
            if (topics.GroupUpdateManifest != null)
            {
                bus.Subscribe(topics.GroupUpdateManifest, 1);
                bus.Subscribe(topics.GroupUpdatePart, 0);
            }
        }

        /// <summary>One of <see cref="UpdateState"/>.</summary>
        public int State
        {
            get { return _machine.State; }
        }

        /// <summary>Why the last candidate was refused or reverted; -28 while the server is silent.</summary>
        public int Status
        {
            get { return _machine.Status; }
        }

        /// <summary>What the store said last.</summary>
        public UpdateSession Session
        {
            get { return _session; }
        }

        /// <summary>Part messages given up because too many came between two ticks.</summary>
        public int Dropped
        {
            get { return _parts.Dropped; }
        }

        /// <summary>Payload bytes of part messages of this session since its start or the device's.</summary>
        public uint BytesReceived
        {
            get { return _bytesReceived; }
        }

        /// <summary>
        /// Takes a message in; from any thread. The bus calls it; whoever has no bus that does may. Messages of other topics are left alone.
        /// </summary>
        /// <param name="topic">The topic.</param>
        /// <param name="payload">Kept until the next tick: not to be changed.</param>
        public void OnMessage(string topic, byte[] payload)
        {
            if (topic == _topics.UpdatePart || (_topics.GroupUpdatePart != null && topic == _topics.GroupUpdatePart))
            {
                _parts.Add(payload);
            }
            else if (topic == _topics.UpdateManifest)
            {
                _own.Put(payload);
            }
            else if (_topics.GroupUpdateManifest != null && topic == _topics.GroupUpdateManifest)
            {
                _group.Put(payload);
            }
        }

        /// <summary>
        /// Counts the start of the device and takes up what was under way; to be called before a model is opened. The first
        /// <see cref="Tick"/> does it otherwise.
        /// </summary>
        public void Start(long microseconds)
        {
            _now = microseconds;
            if (!_started)
            {
                _started = true;
                _provider.CountStart();
                _provider.GetStatus(_session);
                Feed(UpdateEvent.Restarted, 0, 0);
            }
        }

        /// <summary>Does what there is to do. To be called often, always from the same thread, and not while a model runs.</summary>
        /// <param name="microseconds">Of any clock that does not go back.</param>
        public void Tick(long microseconds)
        {
            Start(microseconds);
            FollowConnection();
            Offer(_own.Take(), ManifestSource.Device);
            Offer(_group.Take(), ManifestSource.Group);

            // Not until the queue is empty: whoever floods the topic must not keep the device from its inferences.
            byte[] payload = _parts.Take();
            for (int i = 1; payload != null; i++)
            {
                Store(payload);
                payload = i < PartQueue.Capacity ? _parts.Take() : null;
            }

            Copy();
            if (_machine.State == UpdateState.Shadow)
            {
                Feed(UpdateEvent.ShadowCompared, _host.ShadowSamples, _host.ShadowAgreed);
            }
            else if (_machine.State == UpdateState.Trial)
            {
                Feed(UpdateEvent.HealthChecked, _host.Health.Check(_now), _host.Health.Inferences);
            }

            Feed(UpdateEvent.Tick, 0, 0);
        }

        private void FollowConnection()
        {
            bool connected = _bus.IsConnected;
            int reconnects = _bus.Reconnects;
            bool anew = connected && (!_connected || reconnects != _reconnects);
            if (_connected && (!connected || anew))
            {
                Feed(UpdateEvent.Disconnected, 0, 0);
            }

            _connected = connected;
            _reconnects = reconnects;
            if (anew)
            {
                Feed(UpdateEvent.Connected, 0, 0);
            }
        }

        private void Offer(byte[] payload, int source)
        {
            if (payload == null)
            {
                return;
            }

            if (payload.Length == 0)
            {
                Feed(UpdateEvent.Withdrawn, 0, source);
                return;
            }

            _offered = payload;
            _offeredSession = SessionNumber.Of(payload);
            _manifests.Keep(payload, _offeredSession, _machine.Number, _machine.Awaited);
            Feed(UpdateEvent.Offered, (int)_offeredSession, source);
            _offered = null;
        }

        // --- parts ---

        private void Store(byte[] payload)
        {
            if (!_part.Decode(payload, payload.Length) || _part.Session != _machine.Number || _machine.State != UpdateState.Receiving)
            {
                return;
            }

            _bytesReceived += (uint)payload.Length;
            if ((_part.Flags & PartMessage.GroupFlag) != 0)
            {
                Feed(UpdateEvent.GroupPart, 0, 0);
            }

            int part = _part.Part;
            bool isDelta = _part.Encoding == PartEncoding.Patch;

            // The hash of a raw chunk says more than a checksum.
            bool isProven = _part.Encoding == PartEncoding.Raw && part >= _session.Pages;
            if (!isProven && !_part.IsWhole(payload))
            {
                Feed(UpdateEvent.PartWrong, part, 0);
                return;
            }

            switch (_part.Encoding)
            {
                case PartEncoding.Raw:
                    Stored(part, _provider.StoreImageChunk(part, payload, _part.DataAt, _part.DataBytes), isDelta);
                    break;
                case PartEncoding.Patch:
                    Stored(part, _provider.PatchImageChunk(part, payload, _part.DataAt, _part.DataBytes), isDelta);
                    break;
                case PartEncoding.Copies:
                    _copies.Begin(payload, _part.DataAt);
                    Feed(UpdateEvent.Busy, 1, 0);
                    break;
                case PartEncoding.Refused:
                    Feed(UpdateEvent.ServerRefused, _part.Status(payload), 0);
                    break;
                default:
                    break;
            }
        }

        private void Stored(int part, int status, bool isDelta)
        {
            if (status >= 0)
            {
                Feed(UpdateEvent.PartStored, part, status);
            }
            else
            {
                bool isWrong = status == InferenceStatus.Hash || status == InferenceStatus.Format || status == InferenceStatus.Arg;
                Feed(UpdateEvent.PartWrong, part, isDelta && isWrong ? 1 : 0);
                _provider.GetStatus(_session);
                if (_session.State != UpdateState.Receiving)
                {
                    Feed(UpdateEvent.CandidateLost, 0, 0);
                }
            }
        }

        private void Copy()
        {
            if (!_copies.Any)
            {
                return;
            }

            for (int i = 0; i < _options.CopiesPerTick && _machine.State == UpdateState.Receiving && _copies.Next(_session.ChunkBytes); i++)
            {
                Stored(_copies.Part, _provider.CopyImageChunk(_copies.Part, _copies.Offset), true);
            }

            if (_machine.State != UpdateState.Receiving)
            {
                _copies.Clear();
            }

            Feed(UpdateEvent.Busy, _copies.Any ? 1 : 0, 0);
        }

        // --- actions ---

        private void Feed(int kind, int value, int detail)
        {
            UpdateActions actions = _machine.Next(kind, value, detail, _now);
            while (actions.Take())
            {
                _answer = NoAnswer;
                _detail = 0;
                CarryOut(actions.Code, actions.Value, actions.Detail);
                if (_answer != NoAnswer)
                {
                    _machine.Next(_answer, _value, _detail, _now);
                }
            }
        }

        private void CarryOut(int action, int value, int detail)
        {
            switch (action)
            {
                case UpdateAction.CheckManifest: Check((uint)value); break;
                case UpdateAction.StartSession: Begin(); break;
                case UpdateAction.FindMissing: Find(value); break;
                case UpdateAction.Request: Request(value, detail); break;
                case UpdateAction.Complete: Answer(UpdateEvent.Completed, _provider.CompleteUpdateSession()); break;
                case UpdateAction.Prove: Answer(UpdateEvent.Proved, Prove()); break;
                case UpdateAction.OpenShadow: Answer(UpdateEvent.ShadowOpened, OpenShadow()); break;
                case UpdateAction.CloseShadow: _host.CloseShadow(); break;
                case UpdateAction.Activate: Answer(UpdateEvent.Activated, _provider.ActivateImage()); break;
                case UpdateAction.Reload: Answer(UpdateEvent.Reloaded, Reload()); break;
                case UpdateAction.BeginTrial: _host.Health.Begin(_now, _session.LatencyBudget); break;
                case UpdateAction.Confirm: Answer(UpdateEvent.Confirmed, _provider.ConfirmImage()); break;
                case UpdateAction.Refuse: Answer(UpdateEvent.Refused, _provider.RefuseImage(value)); break;
                case UpdateAction.Revert: Answer(UpdateEvent.Reverted, _provider.RequestRevert(value)); break;
                case UpdateAction.Publish: Publish(); break;
                case UpdateAction.PublishRefusal: PublishRefusal(value, (uint)detail); break;
                default: break;
            }
        }

        private void Answer(int kind, int value)
        {
            _provider.GetStatus(_session);
            _answer = kind;
            _value = value;
        }

        private void Check(uint session)
        {
            byte[] manifest = Manifest(session);
            if (manifest != null)
            {
                Answer(UpdateEvent.Checked, _provider.CheckManifest(manifest, 0, manifest.Length));
            }
        }

        private byte[] Manifest(uint session)
        {
            return _offered != null && _offeredSession == session ? _offered : _manifests.Find(session);
        }

        private void Begin()
        {
            _copies.Clear();
            _bytesReceived = 0;
            Answer(UpdateEvent.Began, _provider.StartUpdateSession());
        }

        private void Find(int from)
        {
            int part = _provider.NextMissing(from);
            if (part >= 0 && _machine.PartsStored >= _session.Parts)
            {
                _provider.GetStatus(_session);
            }

            _answer = UpdateEvent.Missing;
            _value = part < 0 ? -1 : part;
        }

        private void Request(int first, int wanted)
        {
            _request.Sequence = _host.NextSequence();
            _request.Session = _machine.Number;
            _request.BaseCrc = _session.BaseCrc;
            _request.BaseBytes = _session.BaseBytes;
            _request.First = first;
            _request.Flags = _machine.RawOnly ? PartRequest.RawFlag : 0;
            _request.Wanted = (uint)wanted;
            _bus.Publish(_topics.UpdateRequest, _buffer, _request.Encode(_buffer), 0, false);
        }
    }
}
