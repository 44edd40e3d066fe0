using System.Reflection;

[assembly: AssemblyTitle("TinyNano.Contracts")]
