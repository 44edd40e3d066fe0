using TinyNano.Compiler.Lower;
using TinyNano.TestKit;

namespace TinyNano.Managed.Tests.Steps;

/// <summary>Random models of one operator. Every class that implements it is found by itself.</summary>
public interface IStepFamily
{
    DeviceOp Op { get; }

    /// <summary>A model of one step that the engines accept. It depends on nothing but the random numbers.</summary>
    StepModel Make(Seeded random);
}
