namespace TinyNano.Surface.Tests;

/// <summary>What nanoFramework's CLR or class library does not have: the compiler must say so, and name it.</summary>
public sealed class MissingOnDeviceTests
{
    [Theory]
    [InlineData("int? x = null;", "CS0518", "System.Nullable`1")]
    [InlineData("var pair = (1, 2);", "CS8179", "System.ValueTuple`2")]
    [InlineData("var list = new System.Collections.Generic.List<int>();", "CS0234", "'Generic'")]
    [InlineData("decimal price = 1;", "CS0518", "System.Decimal")]
    [InlineData("int[] a = new int[3]; int last = a[^1];", "CS0518", "System.Index")]
    [InlineData("int[] a = new int[3]; int[] b = a[1..2];", "CS0518", "System.Range")]
    [InlineData("Span<int> span = default;", "CS0246", "'Span<>'")]
    [InlineData("ReadOnlySpan<byte> span = default;", "CS0246", "'ReadOnlySpan<>'")]
    [InlineData("Buffer.BlockCopy(new byte[1], 0, new sbyte[1], 0, 1);", "CS0103", "'Buffer'")]
    [InlineData("string s = string.Join(\",\", new string[0]);", "CS0117", "'Join'")]
    [InlineData("object o = Activator.CreateInstance(typeof(Snippet));", "CS0103", "'Activator'")]
    [InlineData("throw new OverflowException();", "CS0246", "'OverflowException'")]
    [InlineData("throw new DivideByZeroException();", "CS0246", "'DivideByZeroException'")]
    [InlineData("double root = Math.Sqrt(2);", "CS0103", "'Math'")]
    [InlineData("var text = new System.Text.StringBuilder();", "CS0234", "'Text'")]
    [InlineData("byte[] b = System.Text.Encoding.UTF8.GetBytes(\"a\");", "CS0234", "'Text'")]
    [InlineData("var table = new Hashtable();", "CS0246", "'Hashtable'")]
    [InlineData("System.Threading.ThreadPool.QueueUserWorkItem(null);", "CS0234", "'ThreadPool'")]
    [InlineData("System.Threading.Tasks.Task task = null;", "CS0234", "'Tasks'")]
    [InlineData("System.GC.Collect();", "CS0117", "'Collect'")]
    [InlineData("Action<int> action = null;", "CS0308", "'Action'")]
    [InlineData("Func<int> function = null;", "CS0246", "'Func<>'")]
    [InlineData("EventHandler<EventArgs> handler = null;", "CS0308", "'EventHandler'")]
    [InlineData("string s = \"a,b\".Replace(',', ';');", "CS1061", "'Replace'")]
    [InlineData("int x = Environment.ProcessorCount;", "CS0117", "'ProcessorCount'")]
    public void Statement_IsRefusedByName(string statement, string id, string name)
    {
        IReadOnlyList<string> errors = Compiled.Statements(statement);
        Assert.Contains(errors, error => error.StartsWith(id, StringComparison.Ordinal) && error.Contains(name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("using System.Linq; public class C { }", "CS0234", "'Linq'")]
    [InlineData("public record Point(int X, int Y);", "CS0518", "System.IEquatable`1")]
    [InlineData("public class C { public async void Run() { } }", "CS0518", "AsyncVoidMethodBuilder")]
    [InlineData("public class C { public System.Collections.IEnumerator Walk() { yield return 1; } }", "CS0518", "IEnumerator`1")]
    [InlineData("public class C { public dynamic Value; }", "CS1980", "dynamic")]
    [InlineData("using System.Runtime.InteropServices; public class C { [DllImport(\"x\")] public static extern int F(); }", "CS0246", "DllImport")]
    [InlineData("public class C { volatile int _x; public int X => _x; }", "CS0518", "IsVolatile")]
    public void Source_IsRefusedByName(string source, string id, string name)
    {
        IReadOnlyList<string> errors = Compiled.Errors(source);
        Assert.Contains(errors, error => error.StartsWith(id, StringComparison.Ordinal) && error.Contains(name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("public class C { public required int X; }", "required")]
    [InlineData("public class C { public string S = \"\"\"raw\"\"\"; }", "raw string literals")]
    [InlineData("public class C(int x) { public int X = x; }", "primary constructors")]
    [InlineData("namespace N; public class C { }", "file-scoped namespace")]
    [InlineData("global using System; public class C { }", "global using directive")]
    public void LanguageNewerThan9_IsRefusedByName(string source, string feature)
    {
        Assert.Contains(Compiled.Errors(source), error => error.Contains(feature, StringComparison.Ordinal));
    }

    [Fact]
    public void RequiredMembers_AreMissingInTheLibraryToo()
    {
        IReadOnlyList<string> errors = Compiled.Errors("public class C { public required int X; }", Microsoft.CodeAnalysis.CSharp.LanguageVersion.CSharp12);
        Assert.Contains(errors, error => error.Contains("RequiredMemberAttribute", StringComparison.Ordinal));
    }

    [Fact]
    public void Warning_IsAnError()
    {
        Assert.Contains(Compiled.Statements("int unused;"), error => error.StartsWith("CS0168", StringComparison.Ordinal));
    }

    [Fact]
    public void MathAndText_CompileWithTheirAssemblies()
    {
        Assert.Empty(Compiled.Statements("double root = Math.Sqrt(2); Console.WriteLine(root.ToString());", "System.Math"));
        Assert.Empty(Compiled.Statements("var text = new System.Text.StringBuilder(); text.Append(1);", "nanoFramework.System.Text"));
        Assert.Empty(Compiled.Statements("var table = new Hashtable(); table.Add(1, 2);", "nanoFramework.System.Collections"));
    }
}
