namespace TinyNano.Build;

/// <summary>Ends the build with a sentence for the person at the keyboard; no stack trace is shown.</summary>
internal sealed class BuildException(string message) : Exception(message);
