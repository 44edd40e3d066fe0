using Microsoft.CodeAnalysis.CSharp;
using TinyNano.DeviceCompiler;
using TinyNano.Interop.Lint;

namespace TinyNano.Interop.Tests;

/// <summary>Each rule fires on a planted violation, at the right place, and on nothing else there.</summary>
public sealed class LintTests
{
    private const string Begin = "using System.Reflection; using System.Runtime.CompilerServices; [assembly: AssemblyNativeVersion(\"1.0.0.0\")] ";

    private const string Extern = "[MethodImpl(MethodImplOptions.InternalCall)] public static extern int N(int a); ";

    /// <summary>Id, where, source. Compiled with the desk's .NET, which has what the device lacks.</summary>
    public static TheoryData<string, string, string> Planted => new()
    {
        { "TN7101", "App, Box`1", "public class Box<T> { public T Value; }" },
        { "TN7101", "App, IBox`1", "public interface IBox<T> { T Get(); }" },
        { "TN7102", "App, P.Go", "class P { static object Go() { return new System.Collections.Generic.List<int>(); } }" },
        { "TN7102", "App, P", "class P { System.Collections.Generic.IComparer<string> _field; }" },
        { "TN7102", "App, P", "class P : System.IEquatable<P> { public bool Equals(P p) { return true; } }" },
        { "TN7103", "App, P.Go", "class P { static T Go<T>(T a) { return a; } }" },
        { "TN7103", "App, P.Go", "class P { static int[] Go() { return System.Array.Empty<int>(); } }" },
        { "TN7104", "App, P.Go", "class P { static void Go(System.Action<int> done) { done(1); } }" },
        { "TN7104", "App, P", "class P { System.Func<int> _f; }" },
        { "TN7104", "App, Make`1", "public delegate void Make<T>(T a);" },
        { "TN7105", "App, P.Go", "class P { static int Go() { var a = new int[2, 3]; return a[1, 1]; } }" },
        { "TN7105", "App, P", "class P { float[,,] _grid; }" },
        { "TN7106", "App, I.B", "public interface I { int A(); int B() { return A(); } }" },
        { "TN7106", "App, I.S", "public interface I { static abstract int S(); }" },
        { "TN7107", "App, P.Go", "unsafe class P { static int Go(byte[] a) { fixed (byte* p = a) { return *p; } } }" },
        { "TN7107", "App, P.Go", "unsafe class P { static int Go() { int* p = stackalloc int[4]; return p[0]; } }" },
        { "TN7107", "App, P.Go", "unsafe class P { static int Go(delegate*<int> f) { return f(); } }" },
        { "TN7108", "App, P.Go", "class P { static int Go(System.Span<byte> s) { return 1; } }" },
        { "TN7108", "App, P.Go", "class P { static int Go(System.ReadOnlySpan<char> s) { return 1; } }" },
        { "TN7109", "App, P.Go", "class P { static bool Go(int? a) { return a.HasValue; } }" },
        { "TN7110", "App, P.Beep", "class P { [System.Runtime.InteropServices.DllImport(\"x\")] static extern int Beep(int a); }" },
        { "TN7201", "App, P.Go", "class P { static int Go(int a) { return checked(a + 1); } }" },
        { "TN7201", "App, P.Go", "class P { static byte Go(int a) { return checked((byte)a); } }" },
        { "TN7202", "App, P.Go", "class P { static int Go(int a) { try { return 1 / a; } catch (System.DivideByZeroException) { return 0; } } }" },
        { "TN7202", "App, P.Go", "class P { static int Go(int a) { try { return 1 + a; } catch (System.OverflowException) { return 0; } } }" },
        { "TN7203", "App, P.Go", "enum E { A } class P { static string Go(E e) { return e.ToString(); } }" },
        { "TN7203", "App, P.Go", "enum E { A } class P { static string Go(E e) { return string.Concat(\"x\", (object)e); } }" },
    };

    /// <summary>The same for assemblies with externs, compiled against the small core library with the language version that is given.</summary>
    public static TheoryData<string, string, LanguageVersion, string> PlantedBesideExterns => new()
    {
        { "TN7301", "App, P.First", LanguageVersion.CSharp9, Begin + "static class P { static int First() { return 1; } " + Extern + "}" },
        { "TN7301", "App, A..ctor", LanguageVersion.CSharp9, Begin + "class A { } static class P { " + Extern + "}" },
        { "TN7302", "App, P.Last", LanguageVersion.CSharp9, Begin + "static class P { " + Extern + " static int Last() { return 1; } }" },
        { "TN7303", "App, System.Runtime.CompilerServices.RefSafetyRulesAttribute", LanguageVersion.CSharp11, Begin + "static class P { " + Extern + "}" },
        { "TN7303", "App, Microsoft.CodeAnalysis.EmbeddedAttribute", LanguageVersion.CSharp11, Begin + "static class P { " + Extern + "}" },
        { "TN7303", "App, System.Runtime.CompilerServices.NullableContextAttribute", LanguageVersion.CSharp9, "#nullable enable\n" + Begin + "static class P { [MethodImpl(MethodImplOptions.InternalCall)] public static extern string N(string? a, string b); }" },
        { "TN7304", "App, P/<>c__DisplayClass1_0", LanguageVersion.CSharp9, Begin + "delegate int D(); static class P { " + Extern + " static D Z(int k) { return () => k; } }" },
        { "TN7305", "App", LanguageVersion.CSharp9, "using System.Runtime.CompilerServices; static class P { " + Extern + "}" },
    };

    [Theory]
    [MemberData(nameof(Planted))]
    public void PlantedViolation_IsFoundByName(string id, string place, string source)
    {
        LintFinding[] findings = Lint(DeviceSource.CompileForDesk("App", source));
        Assert.Contains(findings, f => f.Rule.Id == id && f.Place == place);

        // Nothing but the rule that was broken: a rule that cries at its neighbours would be switched off.
        Assert.All(findings, f => Assert.Equal(id, f.Rule.Id));
    }

    [Theory]
    [MemberData(nameof(PlantedBesideExterns))]
    public void PlantedViolationBesideExterns_IsFoundByName(string id, string place, LanguageVersion language, string source)
    {
        LintFinding[] findings = Lint(DeviceSource.Compile("App", [source], language));
        Assert.Contains(findings, f => f.Rule.Id == id && f.Place == place);
    }

    [Fact]
    public void EveryRule_HasAPlantedViolation()
    {
        string[] planted = [.. Planted.Select(row => (string)row[0]).Concat(PlantedBesideExterns.Select(row => (string)row[0])).Distinct().Order()];
        Assert.Equal(LintRules.All.Select(rule => rule.Id), planted);
    }

    [Fact]
    public void Rules_AreInOrderAndComplete()
    {
        Assert.Equal(LintRules.All.Select(r => r.Id).Distinct().Order(), LintRules.All.Select(r => r.Id));
        Assert.Equal(LintRules.All.Count, typeof(LintRules).GetProperties().Count(p => p.PropertyType == typeof(LintRule)));
        Assert.All(LintRules.All, r => Assert.All([r.Name, r.Why, r.Cure], text => Assert.NotEmpty(text)));
    }

    [Fact]
    public void CleanAssembly_IsSilent() => Assert.Empty(Lint(DeviceSource.Compile("App", [Toys.Text("clean.cs")])));

    [Fact]
    public void CleanExternAssembly_IsSilent()
    {
        using DeviceAssembly assembly = Toys.Open("Toy.Plain");
        Assert.Empty(IlCheck.Run(assembly));
    }

    [Fact]
    public void ManagedAssembly_MayHoldWhatExternAssembliesMayNot()
    {
        byte[] bytes = DeviceSource.Compile("App", ["delegate int D(); static class P { static D Z(int k) { return () => k; } }"], LanguageVersion.CSharp11);
        Assert.Empty(Lint(bytes));
    }

    [Fact]
    public void ARule_IsReportedOncePerMethod()
    {
        const string Source = "class P { static int Go(int a) { return checked(a + 1) * checked(a - 1); } static int Too(int a) { return checked(a + 1); } }";
        Assert.Equal(["App, P.Go", "App, P.Too"], Lint(DeviceSource.CompileForDesk("App", Source)).Select(f => f.Place));
    }

    private static LintFinding[] Lint(byte[] bytes)
    {
        using DeviceAssembly assembly = DeviceAssembly.Open(new MemoryStream(bytes), "App.dll");
        return [.. IlCheck.Run(assembly)];
    }
}
