namespace TinyNano.Compiler.Targets;

/// <summary>Cortex-M4, M7 and M33: two 16-bit products an instruction.</summary>
public static class CortexMDsp
{
    public static Target Target { get; } = new(1, "cortex-m-dsp", []);
}
