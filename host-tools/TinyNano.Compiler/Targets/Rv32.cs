namespace TinyNano.Compiler.Targets;

/// <summary>RV32IM(C), as in ESP32-C3 and C6: thirty registers, no SIMD.</summary>
public static class Rv32
{
    public static Target Target { get; } = new(3, "rv32", []);
}
