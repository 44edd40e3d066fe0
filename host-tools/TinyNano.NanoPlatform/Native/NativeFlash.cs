using System.Text;
using TinyNano.Simulator;

namespace TinyNano.NanoPlatform;

/// <summary>
/// The flash of a device: two model slots and their selector, in a file or in memory. It outlives the devices that are made on it, as
/// a chip outlives restarts. One device at a time; not thread-safe.
/// </summary>
public sealed unsafe class NativeFlash : IDisposable
{
    private readonly NativeApi _api = NativeApi.Instance;
    private readonly bool _inMemory;
    private void* _flash;

    private NativeFlash(void* flash, bool inMemory)
    {
        _flash = flash;
        _inMemory = inMemory;
    }

    internal void* Handle => _flash != null ? _flash : throw new ObjectDisposedException(nameof(NativeFlash));

    /// <summary>Opens or makes the file; SimulatorException where it belongs to a flash of another shape.</summary>
    public static NativeFlash OpenFile(BoardSettings settings)
    {
        Directory.CreateDirectory(settings.StateFolder);
        void* flash;
        fixed (byte* path = Encoding.UTF8.GetBytes(settings.FlashFile + "\0"))
        {
            flash = NativeApi.Instance.FlashOpen(path, (uint)settings.SectorBytes, (uint)settings.SlotBytes, (uint)settings.ProgramUnit,
                (uint)settings.EraseMicroseconds, (uint)settings.ProgramMicroseconds);
        }

        if (flash == null)
        {
            throw new SimulatorException(
                $"'{settings.FlashFile}' cannot be opened as a flash of two slots of {settings.SlotBytes:N0} bytes in sectors of {settings.SectorBytes:N0}; "
                + "give the slot size it was made with, or erase it with `tinynano device erase --state FOLDER`");
        }

        return new NativeFlash(flash, inMemory: false);
    }

    /// <summary>An erased flash in memory; SimulatorException for a shape that is not a legal one.</summary>
    /// <param name="slotBytes">Bytes of each slot, a multiple of the sector; the flash takes twice that and two sectors.</param>
    /// <param name="sectorBytes">A multiple of 64.</param>
    /// <param name="programUnit">Bytes programmed at once: a power of two up to 32.</param>
    public static NativeFlash InMemory(int slotBytes, int sectorBytes = 4096, int programUnit = 4)
    {
        void* flash = slotBytes > 0 && sectorBytes > 0 && programUnit > 0
            ? NativeApi.Instance.FlashRamOpen((uint)sectorBytes, (uint)slotBytes, (uint)programUnit) : null;
        return flash != null ? new NativeFlash(flash, inMemory: true)
            : throw new SimulatorException($"no flash in memory has two slots of {slotBytes:N0} bytes, sectors of {sectorBytes:N0} and units of {programUnit}; "
                + "slots are whole sectors, sectors multiples of 64 bytes, units powers of two up to 32");
    }

    /// <summary>
    /// Cuts the power in the so many-th operation (erasing, programming, sync) from now and leaves that half done; 0 turns the power on for
    /// good. In memory only.
    /// </summary>
    public void CutPowerAfter(int operations)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(operations);
        RequireMemory();
        _api.FlashRamPower(Handle, (uint)operations);
    }

    /// <summary>Sectors erased and bytes programmed since it was opened. In memory only.</summary>
    public (long Erases, long ProgrammedBytes) Counts()
    {
        RequireMemory();
        ulong* counts = stackalloc ulong[2];
        _api.FlashRamCounts(Handle, counts);
        return ((long)counts[0], (long)counts[1]);
    }

    public void Dispose()
    {
        if (_flash != null)
        {
            if (_inMemory)
            {
                _api.FlashRamClose(_flash);
            }
            else
            {
                _api.FlashClose(_flash);
            }

            _flash = null;
        }
    }

    private void RequireMemory()
    {
        if (!_inMemory)
        {
            throw new InvalidOperationException("only a flash in memory counts and loses its power");
        }
    }
}
