namespace TinyNano.Compiler.Targets;

/// <summary>Cortex-M55 and M85: Helium, sixteen 8-bit products an instruction.</summary>
public static class CortexMMve
{
    public static Target Target { get; } = new(2, "cortex-m-mve", []);
}
