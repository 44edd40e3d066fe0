using TinyNano.TestKit;
using TinyNano.Vectors;

// dotnet run -- list
// dotnet run -- corpus           small blobs of all vectors, the seeds of the runtime's fuzzer
// dotnet run -- make OP|all --reference RUNNER [--origin TEXT] [--out FOLDER]
//
// Writes FOLDER/OP.json (tests/vectors by default) from the cases that the classes in Cases/ declare.
const string DefaultOrigin = "TensorFlow Lite Micro reference kernels, commit 90b983c2";
const string MeaningOrigin = "double precision arithmetic of the compiler's interpreter; the reference has no such kernel";

ILookup<string, CaseSpec> families = typeof(ICaseFamily).Assembly.GetTypes()
    .Where(t => t is { IsAbstract: false } && t.IsAssignableTo(typeof(ICaseFamily)))
    .OrderBy(t => t.FullName, StringComparer.Ordinal)
    .SelectMany(t => ((ICaseFamily)Activator.CreateInstance(t)!).Cases())
    .ToLookup(c => c.Op);

string? Option(string name)
{
    int at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
}

if (args is ["corpus"])
{
    Console.WriteLine($"wrote {Corpus.Write()} blobs");
    return 0;
}

if (args is ["list"])
{
    foreach (IGrouping<string, CaseSpec> family in families.OrderBy(f => f.Key, StringComparer.Ordinal))
    {
        Console.WriteLine($"{family.Key}: {string.Join(", ", family.Select(c => c.Name))}");
    }

    return 0;
}

if (args is not ["make", string op, ..] || Option("--reference") is not string runner || (op != "all" && !families.Contains(op)))
{
    Console.Error.WriteLine($"usage: list | make OP|all --reference RUNNER [--origin TEXT] [--out FOLDER]; OP is one of {string.Join(", ", families.Select(f => f.Key))}");
    return 2;
}

string folder = Option("--out") ?? VectorsFolder();
Directory.CreateDirectory(folder);
Reference reference = new(runner);
int failures = 0;
foreach (IGrouping<string, CaseSpec> family in families.Where(f => op == "all" || f.Key == op))
{
    List<VectorCase> cases = [];
    foreach (CaseSpec spec in family)
    {
        try
        {
            cases.Add(spec.Outputs is null ? reference.Run(spec) : new VectorCase(spec.Name, spec.Graph, spec.Inputs, spec.Outputs));
        }
        catch (Exception e) when (e is InvalidOperationException or NotSupportedException)
        {
            Console.Error.WriteLine($"{family.Key}/{spec.Name}: {e.Message}");
            failures++;
        }
    }

    if (cases.Count > 0)
    {
        string path = Path.Combine(folder, family.Key + ".json");
        string origin = family.All(spec => spec.Outputs is not null) ? family.First().Origin ?? MeaningOrigin : Option("--origin") ?? DefaultOrigin;
        new VectorFile(origin, cases).Write(path);
        Console.WriteLine($"{path}: {cases.Count} cases");
    }
}

return failures == 0 ? 0 : 1;

static string VectorsFolder()
{
    DirectoryInfo? at = new(Directory.GetCurrentDirectory());
    while (at is not null && !File.Exists(Path.Combine(at.FullName, "TinyNano.sln")))
    {
        at = at.Parent;
    }

    return Path.Combine(at?.FullName ?? throw new InvalidOperationException("run it inside the project, or give --out"), "tests", "vectors");
}
