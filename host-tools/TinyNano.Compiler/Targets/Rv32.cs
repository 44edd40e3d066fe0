namespace TinyNano.Compiler.Targets;

/// <summary>RV32IM(C), as in ESP32-C3 and C6: thirty registers, no SIMD. docs/targets/rv32.md describes the kernels.</summary>
public static class Rv32
{
    public static Target Target { get; } = new(3, "rv32", [Rv32Conv.Variant, Rv32Depthwise.Variant, Rv32FullyConnected.Variant, Rv32Add.Variant]);
}
