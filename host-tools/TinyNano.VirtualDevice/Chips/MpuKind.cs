namespace TinyNano.VirtualDevice.Chips;

/// <summary>How the chips of the family differ.</summary>
/// <param name="WhoAmI">Contents of register 0x75.</param>
/// <param name="PowerManagement">Register 0x6B after a reset.</param>
/// <param name="IsSixAxisFifo">FIFO switches of the MPU-6886: accelerometer and gyroscope have one bit each, and the temperature goes along.</param>
public sealed record MpuKind(string Name, byte WhoAmI, byte PowerManagement, bool IsSixAxisFifo)
{
    public static MpuKind Mpu6050 { get; } = new("mpu6050", 0x68, 0x40, false);

    public static MpuKind Mpu6886 { get; } = new("mpu6886", 0x19, 0x41, true);

    public static IReadOnlyList<MpuKind> All { get; } = [Mpu6050, Mpu6886];
}
