using System.Reflection;

[assembly: AssemblyTitle("NFUnitTest")]
