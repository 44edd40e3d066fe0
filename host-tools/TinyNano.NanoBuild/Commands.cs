using System.CommandLine;
using TinyNano.Surface;
using TinyNano.Surface.Lists;
using TinyNano.Surface.Projects;

namespace TinyNano.NanoBuild;

/// <summary>The commands: results go to standard output.</summary>
internal static class Commands
{
    /// <summary>`compile PROJECT.nfproj...`: a user's own projects.</summary>
    public static Command Compile()
    {
        Argument<string[]> projects = new("projects") { Description = "nanoFramework projects (.nfproj)", Arity = ArgumentArity.OneOrMore };
        Option<string> reference = new("--reference")
        {
            Description = "folder with the reference lists (ASSEMBLY.txt)",
            DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "reference"),
        };
        Option<string?> output = new("--output", "-o") { Description = "folder for the assemblies; without it nothing is written" };
        Command command = new("compile", "Compiles projects and those they reference; warnings are errors.") { projects, reference, output };
        command.SetAction(parsed =>
        {
            ProjectCompiler compiler = new(ReferenceSurface.Load(parsed.GetRequiredValue(reference)));
            foreach (NanoAssembly assembly in compiler.Compile(parsed.GetRequiredValue(projects)))
            {
                if (parsed.GetValue(output) is { } folder)
                {
                    ManagedBuild.Save(assembly, Path.Combine(folder, Path.GetFileNameWithoutExtension(assembly.Project.File)));
                }

                Console.WriteLine($"compiled    {assembly.Project.AssemblyName}   {assembly.Image.Length:N0} B   {assembly.Elapsed.TotalMilliseconds:N0} ms");
            }

            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>`repository ROOT`: the build step of this repository.</summary>
    public static Command Repository()
    {
        Argument<string> root = new("root") { Description = "the folder of TinyNano.sln", DefaultValueFactory = _ => "." };
        Command command = new("repository", "Writes artifacts/reference and artifacts/managed of TinyNano's repository.") { root };
        command.SetAction(parsed =>
        {
            ManagedBuild.Run(Path.GetFullPath(parsed.GetRequiredValue(root)), Console.Out);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>`list ASSEMBLY.dll`: how reference lists are refreshed.</summary>
    public static Command List()
    {
        Argument<string> assembly = new("assembly") { Description = "the .dll of a nanoFramework package, with the assemblies it references beside it" };
        Option<string> package = new("--package") { Description = "package id and version, for the list's head: \"ID 1.2.3\"", Required = true };
        Option<string> source = new("--source") { Description = "where the assembly comes from, for the list's head", Required = true };
        Command command = new("list", "Prints the reference list of an assembly.") { assembly, package, source };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(assembly);
            Console.Write(SurfaceReader.Header(path, parsed.GetRequiredValue(package), parsed.GetRequiredValue(source)));
            Console.Write(SurfaceReader.ReadTypes(path));
            return ExitCode.Done;
        });
        return command;
    }
}
