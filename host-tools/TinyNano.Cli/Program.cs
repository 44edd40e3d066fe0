using System.CommandLine;
using TinyNano.Cli;
using TinyNano.Cli.Commands;

RootCommand root = new("Compiles, simulates and inspects neural networks for microcontrollers.")
{
    CompileCommand.Create(),
    CodegenCommand.Create(),
    RunCommand.Create(),
    EvaluateCommand.Create(),
    InspectCommand.Create(),
    PlanCommand.Create(),
    ProfileCommand.Create(),
    VerifyCommand.Create(),
    KeysCommand.Create(),
    SignCommand.Create(),
    DiffCommand.Create(),
    PushCommand.Create(),
    ServeCommand.Create(),
    OpsCommand.Create(),
    ExplainCommand.Create(),
    DeviceCommand.Create(),
    LintCommand.Create(),
    StubsCommand.Create(),
    FleetCommand.Create(),
    GateCommand.Create(),
    DemoCommand.Create(),
    StudioCommand.Create(),
};

ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    await parsed.InvokeAsync();
    return ExitCode.Usage;
}

return await parsed.InvokeAsync(new InvocationConfiguration
{
    EnableDefaultExceptionHandler = false,

    // A device says goodbye to its broker.
    ProcessTerminationTimeout = TimeSpan.FromSeconds(25),
});
