using TinyNano.Compiler;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Plan;

namespace TinyNano.Managed.Tests.Steps;

/// <summary>A blob of one step (or a few), and the inputs to run it on one after the other.</summary>
public sealed class StepModel
{
    private readonly Schedule _schedule;

    public StepModel(Schedule schedule, IReadOnlyList<byte[]> records, string description)
    {
        _schedule = schedule;
        Records = records;
        Description = description;
        MemoryPlan plan = MemoryPlanner.Plan(schedule);
        PlanValidator.Require(schedule, plan);
        Blob = BlobCompiler.Emit(schedule, plan, new BlobOptions());
    }

    public byte[] Blob { get; }

    public IReadOnlyList<byte[]> Records { get; }

    public string Description { get; }

    /// <summary>
    /// A model of this one's steps and then those of another one, which find the operators and the arena as the first have left them.
    /// </summary>
    public StepModel Then(StepModel next)
    {
        Schedule schedule = new("steps", [.. _schedule.Inputs, .. next._schedule.Inputs], [.. _schedule.Outputs, .. next._schedule.Outputs],
            [.. _schedule.Steps, .. next._schedule.Steps], []);
        int runs = Math.Max(Records.Count, next.Records.Count);
        byte[][] records = [.. Enumerable.Range(0, runs)
            .Select(i => (byte[])[.. Records[i % Records.Count], .. next.Records[i % next.Records.Count]])];
        return new StepModel(schedule, records, $"{Description}; then {next.Description}");
    }
}
