using TinyNano.Build;

const string DefaultTarget = "build";

string name = args.Length > 0 ? args[0] : DefaultTarget;
if (name is "help" or "--help" or "-h")
{
    PrintUsage(Console.Out);
    return ExitCode.Done;
}

Target? target = Targets.Find(name);
if (target is null)
{
    Console.Error.WriteLine($"'{name}' is not a target");
    PrintUsage(Console.Error);
    return ExitCode.Usage;
}

Options? options = Options.Parse(args.AsSpan(Math.Min(1, args.Length)), target.PassesArguments, out string error);
if (options is null)
{
    Console.Error.WriteLine($"{name}: {error}");
    PrintUsage(Console.Error);
    return ExitCode.Usage;
}

try
{
    Repository repository = Repository.Find();
    using BuildLock held = await BuildLock.TakeAsync(repository);
    var processes = new ProcessRunner(repository);
    var steps = new Steps(repository, processes, options.Verbose);
    var prerequisites = new Prerequisites(processes, steps);
    await prerequisites.RequireAsync(target.Needs);

    return await target.RunAsync(new BuildContext(repository, processes, steps, prerequisites, options));
}
catch (BuildException e)
{
    Console.Error.WriteLine(e.Message);
    return ExitCode.Failed;
}

static void PrintUsage(TextWriter writer)
{
    writer.WriteLine($"usage: ./build.sh [TARGET] [--verbose] [ARGUMENTS], where TARGET is ({DefaultTarget} if none)");
    foreach (Target target in Targets.All)
    {
        writer.WriteLine($"  {target.Name,-11} {target.Summary}");
    }
}
