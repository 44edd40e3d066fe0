using System.Xml;
using System.Xml.Linq;

namespace TinyNano.Surface.Projects;

/// <summary>
/// Reads a .nfproj file: properties in order, conditions and all, in configuration Release. Imports of nanoFramework's project
/// system are passed over, because only Visual Studio has them; shared .projitems are read.
/// </summary>
public static class NanoProjectReader
{
    /// <exception cref="SurfaceException">All that is wrong with the file and the files it names.</exception>
    public static NanoProject Read(string path)
    {
        string file = Path.GetFullPath(path);
        var reading = new Reading(file);
        reading.ReadFile(file);
        return reading.Finish();
    }

    private sealed class Reading(string file)
    {
        private readonly MsBuildText _text = new(file);
        private readonly List<string> _sources = [];
        private readonly List<NanoReference> _references = [];
        private readonly List<string> _projects = [];
        private readonly List<string> _problems = [];

        private string Folder => Path.GetDirectoryName(file)!;

        public void ReadFile(string path)
        {
            XElement root = Load(path);
            foreach (XElement part in root.Elements().Where(part => Holds(part, path)))
            {
                switch (part.Name.LocalName)
                {
                    case "PropertyGroup":
                        foreach (XElement property in part.Elements().Where(property => Holds(property, path)))
                        {
                            _text.Set(property.Name.LocalName, _text.Expand(property.Value.Trim()));
                        }

                        break;
                    case "ItemGroup":
                        foreach (XElement item in part.Elements().Where(item => Holds(item, path)))
                        {
                            ReadItem(item, path);
                        }

                        break;
                    case "Import" when Attribute(part, "Project").EndsWith(".projitems", StringComparison.OrdinalIgnoreCase):
                        ReadShared(part, path);
                        break;
                }
            }
        }

        public NanoProject Finish()
        {
            string assembly = _text.Get("AssemblyName");
            if (assembly.Length == 0)
            {
                _problems.Add($"{file}: expected a property AssemblyName");
            }

            if (_sources.Count == 0)
            {
                _problems.Add($"{file}: no Compile items; nanoFramework projects name each source");
            }

            string? key = _text.IsTrue("SignAssembly") && _text.Get("AssemblyOriginatorKeyFile") is { Length: > 0 } named ? Resolve(Folder, named) : null;
            if (key is not null && !File.Exists(key))
            {
                _problems.Add($"{file}: the key file {_text.Get("AssemblyOriginatorKeyFile")} does not exist");
            }

            IReadOnlyDictionary<string, string> packages = ReadPackages();
            if (_problems.Count > 0)
            {
                throw new SurfaceException(string.Join('\n', _problems));
            }

            return new NanoProject
            {
                File = file,
                AssemblyName = assembly,
                IsExecutable = _text.Get("OutputType").Equals("Exe", StringComparison.OrdinalIgnoreCase),
                LanguageVersion = _text.Get("LangVersion") is { Length: > 0 } version ? version : "9.0",
                Constants = Words(_text.Get("DefineConstants")),
                AllowUnsafe = _text.IsTrue("AllowUnsafeBlocks"),
                HasDocumentation = _text.Get("DocumentationFile").Length > 0 || _text.IsTrue("GenerateDocumentationFile"),
                NoWarn = Words(_text.Get("NoWarn")),
                KeyFile = key,
                Sources = [.. _sources.Distinct()],
                References = _references,
                Projects = _projects,
                Packages = packages,
            };
        }

        private static XElement Load(string path)
        {
            try
            {
                return XDocument.Load(path, LoadOptions.SetLineInfo).Root!;
            }
            catch (XmlException e)
            {
                throw new SurfaceException(path, e.LineNumber, "not XML: " + e.Message);
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                throw new SurfaceException($"{path}: no such project file");
            }
        }

        private void ReadItem(XElement item, string path)
        {
            string include = Attribute(item, "Include");
            switch (item.Name.LocalName)
            {
                case "Compile":
                    AddSources(item, include, path);
                    break;
                case "Reference":
                    string? hint = item.Elements().FirstOrDefault(child => child.Name.LocalName == "HintPath")?.Value;
                    _references.Add(new NanoReference(include.Split(',')[0].Trim(), hint is null ? null : Slashes(_text.Expand(hint.Trim())), Line(item)));
                    break;
                case "ProjectReference":
                    string project = Resolve(Folder, include);
                    if (!File.Exists(project))
                    {
                        _problems.Add($"{path}({Line(item)}): the referenced project {include} does not exist");
                    }

                    _projects.Add(project);
                    break;
            }
        }

        private void AddSources(XElement item, string include, string path)
        {
            foreach (string name in Words(include))
            {
                string source = Resolve(Folder, name);
                if (name.Contains('*', StringComparison.Ordinal))
                {
                    _sources.AddRange(SourceGlob.Find(Folder, Slashes(name)));
                }
                else if (File.Exists(source))
                {
                    _sources.Add(source);
                }
                else
                {
                    string twin = SourceGlob.SameButForCase(source) is { } other ? $"; there is {other} (names differ in case where that matters)" : "";
                    _problems.Add($"{path}({Line(item)}): the source {name} does not exist{twin}");
                }
            }
        }

        private void ReadShared(XElement import, string path)
        {
            string shared = Resolve(Path.GetDirectoryName(path)!, Attribute(import, "Project"));
            if (!File.Exists(shared))
            {
                _problems.Add($"{path}({Line(import)}): the imported file {Attribute(import, "Project")} does not exist");
                return;
            }

            _text.Set("MSBuildThisFileDirectory", Path.GetDirectoryName(shared) + "/");
            ReadFile(shared);
            _text.Set("MSBuildThisFileDirectory", Path.GetDirectoryName(path) + "/");
        }

        private Dictionary<string, string> ReadPackages()
        {
            string path = Path.Combine(Folder, "packages.config");
            if (!File.Exists(path))
            {
                return [];
            }

            var packages = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            foreach (XElement package in Load(path).Elements())
            {
                packages[(string?)package.Attribute("id") ?? ""] = (string?)package.Attribute("version") ?? "";
            }

            return packages;
        }

        private bool Holds(XElement element, string path)
        {
            string? condition = (string?)element.Attribute("Condition");
            return condition is null || _text.Holds(condition, $"{path}({Line(element)})");
        }

        private string Attribute(XElement element, string name) => _text.Expand(((string?)element.Attribute(name) ?? "").Trim());
    }

    internal static string Slashes(string path) => path.Replace('\\', '/');

    private static string Resolve(string folder, string path) => Path.GetFullPath(Path.Combine(folder, Slashes(path)));

    private static string[] Words(string list) => list.Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static int Line(XElement element) => ((IXmlLineInfo)element).LineNumber;
}
