using System.Reflection;
using System.Runtime.Loader;
using TinyNano.Simulator;

namespace TinyNano.VirtualDevice.Run;

/// <summary>An application for a device, as something that can be called: TinyNano.App, or the entry point of an assembly.</summary>
public static class AppLoader
{
    /// <summary>The sample application of managed/TinyNano.App.</summary>
    public static Action BuiltIn => App.Program.Main;

    /// <summary>
    /// Loads an assembly that was compiled on .NET against the desk's libraries. Each call gives its own copy, so that devices share no
    /// static fields.
    /// </summary>
    public static Action Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new SimulatorException($"no application '{path}'; --app takes an assembly (.dll) compiled for .NET 10");
        }

        try
        {
            Assembly assembly = new Context(Path.GetFullPath(path)).LoadFromAssemblyPath(Path.GetFullPath(path));
            MethodInfo entry = assembly.EntryPoint
                ?? throw new SimulatorException($"'{path}' has no entry point; compile the application as an executable (OutputType Exe)");
            object[]? arguments = entry.GetParameters().Length == 0 ? null : [Array.Empty<string>()];
            return () =>
            {
                try
                {
                    entry.Invoke(null, arguments);
                }
                catch (TargetInvocationException e) when (e.InnerException is not null)
                {
                    System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerException);
                }
            };
        }
        catch (BadImageFormatException)
        {
            throw new SimulatorException($"'{path}' is not a .NET assembly; --app takes an assembly (.dll) compiled for .NET 10");
        }
    }

    // What the desk has is shared, or the application would see another VirtualBoard than the one it runs on.
    private sealed class Context : AssemblyLoadContext
    {
        private readonly AssemblyDependencyResolver _resolver;

        public Context(string path) => _resolver = new AssemblyDependencyResolver(path);

        protected override Assembly? Load(AssemblyName name)
        {
            try
            {
                return Default.LoadFromAssemblyName(name);
            }
            catch (FileNotFoundException)
            {
                string? path = _resolver.ResolveAssemblyToPath(name);
                return path is null ? null : LoadFromAssemblyPath(path);
            }
        }
    }
}
