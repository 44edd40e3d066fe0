using TinyNano.Inference;
using TinyNano.NanoPlatform;

namespace TinyNano.Managed.Tests.Engines;

/// <summary>The native engine: the same C# as on a device, on the C runtime's device layer.</summary>
internal sealed class NativeTestEngine : ITestEngine
{
    private const int ArenaBytes = 16 * 1024 * 1024;

    // One device for each thread of tests; it holds one model at a time.
    [ThreadStatic]
    private static VirtualBoard? s_board;

    public string Name => "native engine";

    public ITestModel Open(byte[] blob)
    {
        VirtualBoard board = s_board ??= new VirtualBoard(new BoardSettings { StateFolder = Path.GetTempPath(), SlotBytes = 0, ArenaBytes = ArenaBytes });
        ITestModel? model = null;
        board.Run(() => model = ModelOfEngine.Open(new NativeEngine(), blob));
        return new OnBoard(board, model!);
    }

    private sealed class OnBoard : ITestModel
    {
        private readonly VirtualBoard _board;
        private readonly ITestModel _model;

        public OnBoard(VirtualBoard board, ITestModel model)
        {
            _board = board;
            _model = model;
        }

        public int RecordBytes => _model.RecordBytes;

        public byte[] Run(byte[] record)
        {
            byte[] outputs = [];
            _board.Run(() => outputs = _model.Run(record));
            return outputs;
        }

        public void Reset() => _board.Run(_model.Reset);

        public bool Prove()
        {
            bool proved = false;
            _board.Run(() => proved = _model.Prove());
            return proved;
        }

        public void Dispose() => _board.Run(_model.Dispose);
    }
}
