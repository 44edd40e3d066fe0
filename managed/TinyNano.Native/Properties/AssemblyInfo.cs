using System.Reflection;

[assembly: AssemblyTitle("TinyNano.Native")]

// Raised by hand whenever NativeMethods changes; firmware with another version refuses the assembly.
[assembly: AssemblyNativeVersion("100.0.2.0")]
