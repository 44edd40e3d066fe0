using System.Reflection;

[assembly: AssemblyTitle("TinyNano.Messaging.Mqtt")]
