using TinyNano.NanoPlatform;
using TinyNano.Ota;

namespace TinyNano.Inference
{
    /// <summary>The desk's twin of the class that each engine package has: the virtual board chooses the engine.</summary>
    public static class Engine
    {
        /// <summary>An engine for one model.</summary>
        public static IEngine Create()
        {
            VirtualBoard board = VirtualBoard.Current;
            return board.Settings.CreateEngine == null ? new NativeEngine() : (IEngine)board.Settings.CreateEngine(board);
        }

        /// <summary>The model slots that go with the engine.</summary>
        public static IModelSlots OpenSlots(string storageRoot)
        {
            VirtualBoard board = VirtualBoard.Current;
            return board.Settings.OpenSlots == null ? new NativeSlots() : (IModelSlots)board.Settings.OpenSlots(board, storageRoot);
        }

        /// <summary>The store of updates that goes with the slots.</summary>
        public static IUpdateProvider OpenUpdates()
        {
            return VirtualBoard.Current.Settings.OpenSlots == null ? new NativeUpdateProvider() : (IUpdateProvider)new RefusingProvider();
        }
    }
}
