using Mono.Cecil;

namespace TinyNano.Interop;

/// <summary>A compiled nanoFramework assembly (the .dll, before the metadata processor makes a .pe of it), open for reading.</summary>
public sealed class DeviceAssembly : IDisposable
{
    private readonly SiblingResolver _resolver;

    private DeviceAssembly(AssemblyDefinition definition, SiblingResolver resolver, string file)
    {
        Definition = definition;
        _resolver = resolver;
        File = file;
    }

    /// <summary>The name by which the CLR finds the native half, such as <c>TinyNano.Native</c>.</summary>
    public string Name => Definition.Name.Name;

    /// <summary>The file's name without its folder, for messages.</summary>
    public string File { get; }

    /// <summary>Whether a method of the assembly is an extern whose body is in the firmware.</summary>
    public bool HasNatives => Types().SelectMany(type => type.Methods).Any(method => NativeMethod.IsNative(method) && !method.IsPInvokeImpl);

    /// <summary>
    /// The version of the native half, from <c>[assembly: AssemblyNativeVersion("100.0.1.0")]</c>; null where there is none.
    /// </summary>
    public Version? NativeVersion
    {
        get
        {
            CustomAttribute? attribute = Definition.CustomAttributes.FirstOrDefault(a => a.AttributeType.Name == "AssemblyNativeVersionAttribute");
            return attribute is { ConstructorArguments: [{ Value: string text }] } && Version.TryParse(text, out Version? version) ? version : null;
        }
    }

    internal AssemblyDefinition Definition { get; }

    /// <summary>Opens an assembly file. Other assemblies that it names are looked for in the same folder, and may be absent.</summary>
    /// <exception cref="InteropException">The file is not a .NET assembly.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static DeviceAssembly Open(string path)
    {
        return Open(new MemoryStream(System.IO.File.ReadAllBytes(path)), Path.GetFileName(path), Path.GetDirectoryName(Path.GetFullPath(path)));
    }

    /// <summary>Opens an assembly from a stream, under a name for messages.</summary>
    /// <exception cref="InteropException">The stream is not a .NET assembly.</exception>
    public static DeviceAssembly Open(Stream stream, string file)
    {
        return Open(stream, file, folder: null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Definition.Dispose();
        _resolver.Dispose();
    }

    /// <summary>Every type, nested ones after their outer type, in the file's order.</summary>
    internal IEnumerable<TypeDefinition> Types() => Definition.MainModule.GetTypes().Where(type => type.FullName != "<Module>");

    private static DeviceAssembly Open(Stream stream, string file, string? folder)
    {
        var resolver = new SiblingResolver(folder);
        try
        {
            // Deferred reading would throw for a damaged body long after this call.
            var parameters = new ReaderParameters { AssemblyResolver = resolver, ReadingMode = ReadingMode.Immediate, InMemory = true };
            return new DeviceAssembly(AssemblyDefinition.ReadAssembly(stream, parameters), resolver, file);
        }
        catch (Exception e) when (e is BadImageFormatException or ArgumentException or EndOfStreamException or IndexOutOfRangeException)
        {
            resolver.Dispose();
            throw new InteropException($"'{file}' is not a .NET assembly; give the .dll that the C# compiler wrote (not the .pe)", e);
        }
    }

    // Only neighbours: what is not beside the assembly stays unresolved, whatever else is installed on the machine.
    private sealed class SiblingResolver(string? folder) : IAssemblyResolver
    {
        private readonly Dictionary<string, AssemblyDefinition?> _known = new(StringComparer.Ordinal);

        public AssemblyDefinition? Resolve(AssemblyNameReference name) => Resolve(name, new ReaderParameters { AssemblyResolver = this });

        public AssemblyDefinition? Resolve(AssemblyNameReference name, ReaderParameters parameters)
        {
            if (!_known.TryGetValue(name.Name, out AssemblyDefinition? found))
            {
                string path = Path.Combine(folder ?? "", name.Name + ".dll");
                found = folder is not null && System.IO.File.Exists(path) ? AssemblyDefinition.ReadAssembly(path, parameters) : null;
                _known.Add(name.Name, found);
            }

            return found;
        }

        public void Dispose()
        {
            foreach (AssemblyDefinition? assembly in _known.Values)
            {
                assembly?.Dispose();
            }
        }
    }
}
