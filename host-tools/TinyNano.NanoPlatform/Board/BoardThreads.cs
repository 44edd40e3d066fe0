using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TinyNano.NanoPlatform;

/// <summary>The threads that run a board's code at this moment.</summary>
public sealed partial class BoardThreads
{
    // A thread that goes on calling after its board has stopped is told so a few times and then held for good: .NET cannot end it.
    private const int Reminders = 3;

    [ThreadStatic]
    private static Presence? t_here;

    private readonly Lock _lock = new();
    private readonly List<Presence> _present = [];

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _present.Count;
            }
        }
    }

    /// <summary>
    /// Whether all of them but the caller and those in <see cref="Wait"/> are blocked. On Linux the kernel is asked, which knows
    /// at once when a signal has made a thread runnable; elsewhere the runtime is, which learns it a moment later.
    /// </summary>
    public bool OthersAreBlocked()
    {
        lock (_lock)
        {
            foreach (Presence presence in _present)
            {
                if (presence != t_here && !presence.Waits && !presence.IsBlocked())
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Says of this thread that it waits for the board's time, or does so no more.</summary>
    public static void SetWaiting(bool waits)
    {
        if (t_here is Presence here)
        {
            Volatile.Write(ref here.Waits, waits);
        }
    }

    /// <summary>This thread goes from one board to another; any may be null.</summary>
    internal static void Move(VirtualBoard? from, VirtualBoard? to)
    {
        if (from == to)
        {
            return;
        }

        if (from is not null && t_here is Presence before)
        {
            from.Heap.Refresh();
            from.Threads.Remove(before);
        }

        HeapAccount.Enter(to?.Heap);
        if (to is not null)
        {
            Presence here = t_here ??= new Presence();
            here.Reminded = 0;
            to.Threads.Add(here);
            HeapAccount.Enter(to.Heap);
        }
    }

    /// <summary>Wakes threads that would wait for ever.</summary>
    internal void Interrupt()
    {
        Presence[] present;
        lock (_lock)
        {
            present = [.. _present];
        }

        foreach (Presence presence in present)
        {
            if (presence != t_here && !presence.Thread.IsThreadPoolThread)
            {
                presence.Thread.Interrupt();
            }
        }
    }

    /// <summary>Holds this thread for good where it does not want to hear that its board has stopped.</summary>
    internal static void Remind()
    {
        if (t_here is Presence here && ++here.Reminded > Reminders && !here.Thread.IsThreadPoolThread)
        {
            while (true)
            {
                try
                {
                    Thread.Sleep(Timeout.Infinite);
                }
                catch (ThreadInterruptedException)
                {
                    // Stays.
                }
            }
        }
    }

    private void Add(Presence presence)
    {
        lock (_lock)
        {
            _present.Add(presence);
        }
    }

    private void Remove(Presence presence)
    {
        lock (_lock)
        {
            _present.Remove(presence);
        }
    }

    private sealed partial class Presence
    {
        private const int StatBytes = 256;
        private readonly SafeFileHandle? _stat;
        private readonly byte[] _line = new byte[StatBytes];

        public Presence()
        {
            Thread = Thread.CurrentThread;

            // A device's threads do not keep the program alive.
            Thread.IsBackground = true;
            if (OperatingSystem.IsLinux())
            {
                _stat = File.OpenHandle($"/proc/self/task/{GetThreadId()}/stat");
            }
        }

        ~Presence() => _stat?.Dispose();

        public Thread Thread { get; }

        public int Reminded { get; set; }

        public bool Waits;

        public bool IsBlocked()
        {
            if (_stat is null)
            {
                return (Thread.ThreadState & (ThreadState.WaitSleepJoin | ThreadState.Stopped)) != 0;
            }

            try
            {
                // "id (name) state ...": the name may hold anything, so the last parenthesis counts.
                ReadOnlySpan<byte> line = _line.AsSpan(0, RandomAccess.Read(_stat, _line, 0));
                int end = line.LastIndexOf((byte)')');
                return end < 0 || end + 2 >= line.Length || line[end + 2] is (byte)'S' or (byte)'Z' or (byte)'X';
            }
            catch (IOException)
            {
                // The thread is gone.
                return true;
            }
        }

        [LibraryImport("libc", EntryPoint = "gettid")]
        private static partial int GetThreadId();
    }
}
