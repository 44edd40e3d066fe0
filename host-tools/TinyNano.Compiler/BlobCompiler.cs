using TinyNano.Compiler.Channels;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Plan;
using TinyNano.Compiler.Targets;

namespace TinyNano.Compiler;

/// <summary>A compiled model with the stages it came through.</summary>
public sealed record CompiledModel(Graph Graph, Schedule Schedule, MemoryPlan Plan, byte[] Blob)
{
    /// <summary>The same model with other options (golden vectors, labels, version).</summary>
    public CompiledModel With(BlobOptions options) => this with { Blob = BlobCompiler.Emit(Schedule, Plan, options) };
}

/// <summary>The last stages: a graph whose types are final becomes a schedule, a plan and a blob, each checked.</summary>
public static class BlobCompiler
{
    public static CompiledModel Compile(Graph graph, BlobOptions? options = null, Target? target = null)
    {
        Schedule schedule = StepOrder.Improve((target ?? Target.Portable).Lower(ChannelFolding.Run(Lowering.Run(graph))));
        MemoryPlan plan = MemoryPlanner.Plan(schedule);
        PlanValidator.Require(schedule, plan);
        return new CompiledModel(graph, schedule, plan, Emit(schedule, plan, options ?? new BlobOptions()));
    }

    /// <summary>Writes the blob and reads it back before anyone ships it.</summary>
    public static byte[] Emit(Schedule schedule, MemoryPlan plan, BlobOptions options)
    {
        byte[] blob = BlobWriter.Write(schedule, plan, options);
        BlobReader.RequireSame(blob, schedule, plan);
        return blob;
    }
}
