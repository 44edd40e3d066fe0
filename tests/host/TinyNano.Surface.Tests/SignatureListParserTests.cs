using TinyNano.Surface.Lists;

namespace TinyNano.Surface.Tests;

public sealed class SignatureListParserTests
{
    private const string Head = "assembly X\npackage P.X 1.2.3\nsource somewhere\nrequires mscorlib\n";

    [Fact]
    public void List_IsRead()
    {
        SignatureList list = SignatureListParser.Parse(Head + "# comment\ntype sealed class N.C : N.B\n  int F\n  C()\n\ntype delegate void N.C+D(int x)\n", "X.txt");
        Assert.Equal(("X", "P.X", "1.2.3.0"), (list.Assembly, list.Package, list.AssemblyVersion.ToString()));
        Assert.Equal(["N.C", "N.C+D"], list.Types.Select(type => type.FullName));
        Assert.Equal(["class", "delegate"], list.Types.Select(type => type.Kind));
        Assert.Equal([7, 8], list.Types[0].Members.Select(member => member.Line));
    }

    [Theory]
    [InlineData("  int F\n", "X.txt(1): expected a 'type' line before the first member")]
    [InlineData("color red\n", "X.txt(1): expected 'type', a member (indented), '#' or one of assembly, package, source, requires; found 'color'")]
    [InlineData("package P 1.0.0\nsource s\n", "X.txt(3): expected a line 'assembly ...' before the types")]
    [InlineData("assembly X\npackage P 1.0.0\nsource s\n", "X.txt(4): expected a line 'requires ...' before the types")]
    [InlineData("assembly Y\npackage P 1.0.0\nsource s\nrequires mscorlib\n", "X.txt(1): the list of assembly Y must be a file named Y.txt")]
    [InlineData("assembly X\npackage P 1.0\nsource s\nrequires mscorlib\n", "X.txt(1): expected 'package ID MAJOR.MINOR.PATCH', found 'package P 1.0'")]
    [InlineData("assembly X\nassembly X\n", "X.txt(2): 'assembly' is given twice")]
    [InlineData(Head + "type class N.C\nsource s\n", "X.txt(6): 'source' belongs before the first type")]
    [InlineData(Head + "type class N.C\ntype class N.C\n", "X.txt(6): type N.C is listed already, in line 5")]
    [InlineData(Head + "type klass N.C\n", "X.txt(5): expected '[modifiers] class|struct|interface|enum Full.Name [: bases]' or 'delegate Type Full.Name(parameters)', found 'klass N.C'")]
    [InlineData(Head + "type class C\n", "X.txt(5): type C has no namespace")]
    public void Mistake_IsToldWithItsLine(string text, string message)
    {
        SurfaceException error = Assert.Throws<SurfaceException>(() => SignatureListParser.Parse(text, "X.txt"));
        Assert.Equal(message, error.Message);
    }

    [Theory]
    [InlineData("type class N.C\n  int F(\n", "X.txt(6): not a C# declaration without body")]
    [InlineData("type class N.C\n  Missing.Type F()\n", "X.txt(6): CS0400")]
    [InlineData("type class N.C : System.IDisposable\n", "X.txt(5): CS0535")]
    [InlineData("type class N.C+D\n", "X.txt(5): the type around N.C+D is not in the list")]
    public void Signature_ThatDoesNotCompile_IsToldWithItsLine(string types, string message)
    {
        SurfaceException error = Assert.Throws<SurfaceException>(() => Write(SignatureListParser.Parse(Head + types, "X.txt")));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Requirement_WithoutList_IsTold()
    {
        string text = Head.Replace("requires mscorlib", "requires mscorlib Other", StringComparison.Ordinal);
        SurfaceException error = Assert.Throws<SurfaceException>(() => Write(SignatureListParser.Parse(text, "X.txt")));
        Assert.Equal("X.txt(1): requires Other, which has no list or requires X itself", error.Message);
    }

    [Fact]
    public void Folder_WithoutLists_IsTold()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("no reference lists", Assert.Throws<SurfaceException>(() => ReferenceSurface.Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    /// <summary>Writes a list together with mscorlib's.</summary>
    private static void Write(SignatureList list)
    {
        ReferenceSurface.From([Compiled.Surface.Find("mscorlib")!.List, list]);
    }
}
