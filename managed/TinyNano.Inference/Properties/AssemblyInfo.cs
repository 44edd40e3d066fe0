using System.Reflection;

[assembly: AssemblyTitle("TinyNano.Inference")]
