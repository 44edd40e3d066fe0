namespace TinyNano.Surface.Tests;

/// <summary>What was seen to work on nanoFramework compiles.</summary>
public sealed class AllowedOnDeviceTests
{
    [Theory]
    [InlineData("int n = 7; float f = 1.5f; string s = $\"{n:X4} {f:F2}\"; Console.WriteLine(s);")]
    [InlineData("Action action = () => Console.WriteLine(\"\"); action();")]
    [InlineData("int n = 3; int Twice(int x) => x * 2; Console.WriteLine(Twice(n).ToString());")]
    [InlineData("int n = 3; string s = n switch { < 0 => \"-\", 0 or 1 => \"few\", > 1 and < 9 => \"some\", _ => \"many\" }; Console.WriteLine(s);")]
    [InlineData("object o = 1; if (o is int i and > 0) { Console.WriteLine(i.ToString()); }")]
    [InlineData("int[][] jagged = new int[2][]; jagged[0] = new int[] { 1, 2 }; foreach (int x in jagged[0]) { Console.WriteLine(x.ToString()); }")]
    [InlineData("foreach (object o in new ArrayList()) { Console.WriteLine(o.ToString()); }")]
    [InlineData("string s = string.Format(\"{0}\", 1) + \"a,b\".Split(',')[0].Substring(0).IndexOf('a'); Console.WriteLine(s);")]
    [InlineData("SpanByte span = new byte[4]; span[0] = 1; span = span.Slice(1, 2);")]
    [InlineData("lock (this) { } System.Threading.Thread t = new System.Threading.Thread(Body); t.Start(); t.Join();")]
    [InlineData("int n = 0; System.Threading.Interlocked.Increment(ref n);")]
    [InlineData("var timer = new System.Threading.Timer(_ => { }, null, 0, 20); timer.Dispose();")]
    [InlineData("var e = new System.Threading.AutoResetEvent(false); e.WaitOne(10, false);")]
    [InlineData("float f = float.Parse(\"1.5\"); double d = double.Parse(\"2\"); Console.WriteLine((f + d).ToString());")]
    [InlineData("try { throw new InvalidOperationException(\"x\"); } catch (Exception e) when (e.Message == \"x\") { }")]
    [InlineData("using var stream = new System.IO.MemoryStream(); stream.WriteByte(1);")]
    [InlineData("string s = null; string t = s?.ToUpper() ?? \"none\"; Console.WriteLine(t);")]
    [InlineData("var c = typeof(Snippet).GetConstructor(new Type[0]); object o = c.Invoke(null); typeof(Snippet).GetMethod(\"Body\").Invoke(o, null);")]
    [InlineData("unsafe { int x = 1; int* p = &x; *p = 2; }")]
    [InlineData("checked { int x = int.MaxValue; x++; } Array.Copy(new byte[1], 0, new byte[1], 0, 1);")]
    [InlineData("float f = BitConverter.ToSingle(BitConverter.GetBytes(1.5f), 0); Console.WriteLine(f.ToString());")]
    public void Statement_Compiles(string statement)
    {
        Assert.Empty(Compiled.Statements(statement));
    }

    [Fact]
    public void NullConditional_OnAValue_NeedsNullable()
    {
        IReadOnlyList<string> errors = Compiled.Statements("string s = null; int n = s?.Length ?? 0;");
        Assert.Contains(errors, error => error.Contains("System.Nullable`1", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("public class C { public int Count { get; private set; } = 3; public string Name { get; } = \"n\"; }")]
    [InlineData("public class C { public static readonly sbyte[] Table = new sbyte[] { 1, -2, 3, 4, 5 }; public static readonly float[] F = new float[] { 1f, 2f, 3f }; }")]
    [InlineData("public class C { public void Deconstruct(out int a, out int b) { a = 1; b = 2; } public int Sum() { var (a, b) = this; return a + b; } }")]
    [InlineData("public static class E { public static int Half(this int x) => x / 2; public static int Use() => 4.Half(); }")]
    [InlineData("public class C { public static int Sum(params int[] values) { int s = 0; foreach (int v in values) { s += v; } return s; } }")]
    [InlineData("public delegate void Handler(object sender, int value); public class C { public event Handler Changed; public void Raise() => Changed?.Invoke(this, 1); }")]
    [InlineData("public struct P { public int X; } public class C { public void Move(ref P p, in P q, out P r) { p.X += q.X; r = p; } public P[] All = new P[4]; }")]
    [InlineData("using System.Runtime.CompilerServices; public static class N { [MethodImpl(MethodImplOptions.InternalCall)] public static extern int F(byte[] data); }")]
    [InlineData("using System.Reflection; [assembly: AssemblyTitle(\"t\")] [assembly: AssemblyVersion(\"1.0.0.0\")] [assembly: AssemblyNativeVersion(\"1.0.0.0\")] public class C { }")]
    [InlineData("using System; public class C : IDisposable { ~C() => Dispose(false); public void Dispose() { Dispose(true); GC.SuppressFinalize(this); } protected virtual void Dispose(bool d) { } }")]
    [InlineData("#nullable enable\npublic class C { public string? Name; public int Length => (Name ?? string.Empty).Length; }")]
    public void Source_Compiles(string source)
    {
        Assert.Empty(Compiled.Errors(source));
    }
}
