using TinyNano.NanoPlatform;

namespace nanoFramework.Hardware.Esp32;

/// <summary>RAM of the board: the heap budget, all of it internal.</summary>
public class NativeMemory
{
    public enum MemoryType
    {
        All,
        Internal,
        SpiRam,
    }

    public static void GetMemoryInfo(MemoryType memType, out uint totalSize, out uint totalFreeSize, out uint largestFreeBlock)
    {
        HeapAccount heap = VirtualBoard.Current.Heap;
        bool present = memType != MemoryType.SpiRam;
        totalSize = present ? (uint)heap.BudgetBytes : 0;
        totalFreeSize = present ? (uint)heap.FreeBytes : 0;
        largestFreeBlock = totalFreeSize;
    }
}
