using System.CommandLine;
using System.Globalization;
using TinyNano.Cli.Rendering;
using TinyNano.Fleet;
using TinyNano.Fleet.Rollouts;
using TinyNano.Fleet.Store;

namespace TinyNano.Cli.Commands;

/// <summary>`tinynano fleet rollouts` and `tinynano fleet ab`.</summary>
internal static class FleetRollouts
{
    public static Command List(Func<ParseResult, FleetDatabase> open) => new Command("rollouts", "Lists the rollouts, newest first.").Does(CommandBase.Json(), (parsed, console, _) =>
    {
        using FleetDatabase database = open(parsed);
        List<RolloutRow> rows = database.Read(RolloutTable.All);
        console.Result(rows.Select(r => new { r.Id, r.Name, state = r.State.ToString(), stage = r.Stage + 1, stages = r.Plan.Stages.Count, r.Reason, r.Created, r.CreatedBy }), text => rows.ForEach(r => text.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{r.Id,-5} {r.Name,-16} {r.State.ToString().ToLowerInvariant(),-10} stage {r.Stage + 1}/{r.Plan.Stages.Count}  {r.Created:u}  {r.Reason}"))));
        return ExitCode.Done;
    });

    public static Command Ab(Func<ParseResult, FleetDatabase> open)
    {
        Argument<long> number = new("rollout") { Description = "number of the rollout, as `tinynano fleet rollouts` lists it" };
        Option<bool> promote = new("--promote") { Description = "let all other devices have the new model" }, drop = new("--drop") { Description = "take the devices with the new model back" };
        Command command = new("ab", "Compares the two models of a rollout that runs side by side, and ends it one way or the other.") { number, promote, drop };
        return command.Does(CommandBase.Json(), (parsed, console, _) =>
        {
            using FleetDatabase database = open(parsed);
            long id = parsed.GetRequiredValue(number);
            RolloutRow row = database.Read(s => RolloutTable.Find(s, id)) ?? throw new FleetException("TN6404", "no such rollout", $"rollout {id}", "`tinynano fleet rollouts` lists them");
            AbReport report = AbReport.Of(database, row);
            if (parsed.GetValue(promote) || parsed.GetValue(drop))
            {
                row = End(database, row, parsed.GetValue(promote), parsed.GetValue(drop));
            }

            console.Result(new { rollout = row.Id, state = row.State.ToString(), report }, text => Write(text, row, report));
            return ExitCode.Done;
        });
    }

    public static void Write(TextWriter text, RolloutRow row, AbReport report)
    {
        text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"rollout {row.Id} ({row.Name}), {row.State.ToString().ToLowerInvariant()}: new model on {report.NewDevices:N0} devices, {report.NewInferences:N0} inferences; old on {report.OldDevices:N0}, {report.OldInferences:N0}"));
        text.WriteLine($"{"",-12} {"new",9} {"old",9}   difference, 95 % confidence");
        foreach (AbFigure f in report.Figures)
        {
            text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{f.Name,-12} {f.New,9:0.00} {f.Old,9:0.00}   {f.Difference:+0.00;-0.00;0.00}{(f.HalfWidth is double h ? $" +- {h:0.00}" : "")} {f.Unit}: {f.Verdict}"));
        }
    }

    private static RolloutRow End(FleetDatabase database, RolloutRow row, bool promote, bool drop)
    {
        if (promote == drop)
        {
            throw new FleetException("TN6405", "--promote and --drop are opposites", hint: "give one of them");
        }

        DateTimeOffset now = database.Time.GetUtcNow();
        RolloutRow next = promote ? RolloutMachine.Resume(row, now) : RolloutMachine.StartRevert(row, "the new model was dropped", now);
        bool done = database.Write(s =>
        {
            bool changed = RolloutTable.Update(s, next);
            if (changed)
            {
                Audit.Add(s, now, Environment.UserName, promote ? "rollout.promote" : "rollout.revert", row.Name, row.Id, next.Reason);
            }

            return changed;
        });
        return done ? next : throw new FleetException("TN6406", "somebody has changed the rollout meanwhile", $"rollout {row.Id}", "look at it again, then repeat the command");
    }
}
