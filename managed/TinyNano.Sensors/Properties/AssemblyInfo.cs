using System.Reflection;

[assembly: AssemblyTitle("TinyNano.Sensors")]
