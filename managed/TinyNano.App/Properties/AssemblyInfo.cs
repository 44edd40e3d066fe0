using System.Reflection;

[assembly: AssemblyTitle("TinyNano.App")]
