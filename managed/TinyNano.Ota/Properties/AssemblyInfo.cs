using System.Reflection;

[assembly: AssemblyTitle("TinyNano.Ota")]
