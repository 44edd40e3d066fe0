using System.Reflection;

// The version of all device libraries; the same as in Directory.Build.props.
[assembly: AssemblyVersion("0.1.0.0")]
[assembly: AssemblyFileVersion("0.1.0.0")]
[assembly: AssemblyInformationalVersion("0.1.0")]
[assembly: AssemblyProduct("TinyNano")]
[assembly: AssemblyCompany("TinyNano contributors")]
[assembly: AssemblyCopyright("TinyNano contributors")]
