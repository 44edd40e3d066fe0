using TinyNano.Inference;

namespace TinyNano.Managed.Tests.Engines;

/// <summary>The engine in C#.</summary>
internal sealed class ManagedTestEngine : ITestEngine
{
    public string Name => "managed engine";

    public ITestModel Open(byte[] blob) => ModelOfEngine.Open(new ManagedEngine(), blob);
}
