using System.CommandLine;
using TinyNano.Cli.Rendering;
using TinyNano.Compiler.Diagnostics;
using TinyNano.Fleet;
using TinyNano.Fleet.Store;
using TinyNano.Interop;
using TinyNano.Simulator;
using TinyNano.Studio;

namespace TinyNano.Cli.Commands;

/// <summary>What all commands share: `--json`, and turning failures into messages and exit codes.</summary>
internal static class CommandBase
{
    public static Option<bool> Json() => new("--json") { Description = "machine-readable result on standard output" };

    public static Option<string> On() => new("--on")
    {
        Description = $"where to run: host, {string.Join(", ", Emulator.All.Select(e => e.Name))}",
        DefaultValueFactory = _ => Simulator.Evaluation.Engine.Host,
    };

    public static Option<string> Kernels()
    {
        Option<string> option = new("--kernels") { Description = "kernel set: ref (the reference kernels)", DefaultValueFactory = _ => "ref" };
        option.AcceptOnlyFromAmong("ref");
        return option;
    }

    /// <summary>Makes <paramref name="body"/> the action of a command.</summary>
    public static Command Does(this Command command, Option<bool> json, Func<ParseResult, Output, CancellationToken, int> body)
    {
        command.Options.Add(json);

        // Not on this thread: Ctrl-C cancels only what has returned a task.
        command.SetAction((result, cancel) => Task.Run(() => Guard(new Output(result.GetValue(json)), output => body(result, output, cancel))));
        return command;
    }

    private static int Guard(Output output, Func<Output, int> body)
    {
        try
        {
            return body(output);
        }
        catch (CompileException e)
        {
            output.Diagnostics(e.Diagnostics);
            return ExitCode.Refused;
        }
        catch (DatabaseException e)
        {
            output.Diagnostics([e.Diagnostic]);
            return ExitCode.Refused;
        }
        catch (FleetException e)
        {
            output.Diagnostics([e.Diagnostic]);
            return ExitCode.Refused;
        }
        catch (Exception e) when (e is DeviceException or SimulatorException or InteropException or StudioException or IOException or UnauthorizedAccessException)
        {
            output.Error(e.Message);
            return ExitCode.Refused;
        }
        catch (OperationCanceledException)
        {
            output.Error("cancelled");
            return ExitCode.Refused;
        }
        catch (Exception e)
        {
            output.Error($"this is a bug in tinynano, please report it with the command line and the file:\n{e}");
            return ExitCode.Bug;
        }
    }
}
