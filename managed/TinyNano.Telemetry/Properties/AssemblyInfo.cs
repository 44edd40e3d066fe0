using System.Reflection;

[assembly: AssemblyTitle("TinyNano.Telemetry")]
