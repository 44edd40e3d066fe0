using System.CommandLine;
using TinyNano.NanoBuild;
using TinyNano.Surface;

RootCommand root = new("Compiles nanoFramework projects without Visual Studio, against nanoFramework's public surface.")
{
    Commands.Compile(),
    Commands.Repository(),
    Commands.List(),
};

ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    await parsed.InvokeAsync();
    return ExitCode.Usage;
}

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception e) when (e is SurfaceException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(e.Message);
    return ExitCode.Refused;
}
catch (Exception e)
{
    Console.Error.WriteLine($"error: this is a bug in tinynano-nfbuild, please report it with the command line and the project:\n{e}");
    return ExitCode.Bug;
}
