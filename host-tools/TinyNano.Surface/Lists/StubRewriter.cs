using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace TinyNano.Surface.Lists;

/// <summary>Completes the declarations of a list: public, with bodies that throw null, all names from the root namespace.</summary>
internal sealed class StubRewriter(ConstructorTable constructors) : CSharpSyntaxRewriter
{
    private static readonly SyntaxToken s_public = Token(SyntaxKind.PublicKeyword).WithTrailingTrivia(Space);
    private static readonly SyntaxToken s_private = Token(SyntaxKind.PrivateKeyword).WithTrailingTrivia(Space);
    private static readonly BlockSyntax s_body = Block(ThrowStatement(LiteralExpression(SyntaxKind.NullLiteralExpression)));

    // Inside `namespace nanoFramework.System.IO` the name System would mean nanoFramework.System.
    public override SyntaxNode? VisitIdentifierName(IdentifierNameSyntax node)
    {
        bool leftmost = node.Parent switch
        {
            QualifiedNameSyntax name => name.Left == node && !InNamespaceName(name),
            MemberAccessExpressionSyntax access => access.Expression == node,
            _ => false,
        };
        if (!leftmost)
        {
            return node;
        }

        IdentifierNameSyntax global = IdentifierName(Token(node.GetLeadingTrivia(), SyntaxKind.GlobalKeyword, TriviaList()));
        return AliasQualifiedName(global, node.WithoutLeadingTrivia());
    }

    public override SyntaxNode? VisitClassDeclaration(ClassDeclarationSyntax node)
    {
        var type = (ClassDeclarationSyntax)base.VisitClassDeclaration(node)!;
        bool isStatic = Has(node.Modifiers, SyntaxKind.StaticKeyword);
        if (!isStatic && !node.Members.OfType<ConstructorDeclarationSyntax>().Any())
        {
            // Without it the compiler would add a public one.
            ConstructorDeclarationSyntax hidden = ConstructorDeclaration(node.Identifier.WithoutTrivia())
                .AddModifiers(s_private).WithInitializer(BaseCall(node)).WithBody(s_body);
            type = type.AddMembers(hidden);
        }

        return Publish(type);
    }

    public override SyntaxNode? VisitStructDeclaration(StructDeclarationSyntax node)
    {
        var type = (StructDeclarationSyntax)base.VisitStructDeclaration(node)!;

        // A struct without fields would count as assigned from the start.
        FieldDeclarationSyntax contents = FieldDeclaration(
            VariableDeclaration(PredefinedType(Token(SyntaxKind.IntKeyword).WithTrailingTrivia(Space))).AddVariables(VariableDeclarator("_contents")))
            .AddModifiers(s_private);
        if (Has(node.Modifiers, SyntaxKind.ReadOnlyKeyword))
        {
            contents = contents.AddModifiers(Token(SyntaxKind.ReadOnlyKeyword).WithTrailingTrivia(Space));
        }

        bool hasFields = node.Members.OfType<FieldDeclarationSyntax>()
            .Any(field => !Has(field.Modifiers, SyntaxKind.StaticKeyword) && !Has(field.Modifiers, SyntaxKind.ConstKeyword));
        bool isVoid = node.Identifier.Text == "Void";
        return Publish(hasFields || isVoid ? type : type.AddMembers(contents));
    }

    public override SyntaxNode? VisitInterfaceDeclaration(InterfaceDeclarationSyntax node) => Publish((MemberDeclarationSyntax)base.VisitInterfaceDeclaration(node)!);

    public override SyntaxNode? VisitEnumDeclaration(EnumDeclarationSyntax node) => Publish((MemberDeclarationSyntax)base.VisitEnumDeclaration(node)!);

    public override SyntaxNode? VisitDelegateDeclaration(DelegateDeclarationSyntax node) => Publish((MemberDeclarationSyntax)base.VisitDelegateDeclaration(node)!);

    public override SyntaxNode? VisitFieldDeclaration(FieldDeclarationSyntax node) => Publish((MemberDeclarationSyntax)base.VisitFieldDeclaration(node)!);

    public override SyntaxNode? VisitEventFieldDeclaration(EventFieldDeclarationSyntax node)
    {
        var field = (EventFieldDeclarationSyntax)base.VisitEventFieldDeclaration(node)!;
        return InInterface(node) ? field : Publish(field);
    }

    public override SyntaxNode? VisitConstructorDeclaration(ConstructorDeclarationSyntax node)
    {
        var constructor = (ConstructorDeclarationSyntax)base.VisitConstructorDeclaration(node)!;
        if (node.Parent is ClassDeclarationSyntax type)
        {
            constructor = constructor.WithInitializer(BaseCall(type));
        }

        return Publish(constructor.WithBody(s_body).WithSemicolonToken(default));
    }

    public override SyntaxNode? VisitDestructorDeclaration(DestructorDeclarationSyntax node) => node.WithBody(Block()).WithSemicolonToken(default);

    public override SyntaxNode? VisitMethodDeclaration(MethodDeclarationSyntax node)
    {
        var method = (MethodDeclarationSyntax)base.VisitMethodDeclaration(node)!;
        if (InInterface(node))
        {
            return method;
        }

        method = IsAbstract(node) ? method : method.WithBody(s_body).WithSemicolonToken(default);
        return node.ExplicitInterfaceSpecifier is null ? Publish(method) : method;
    }

    public override SyntaxNode? VisitOperatorDeclaration(OperatorDeclarationSyntax node) =>
        Publish(((OperatorDeclarationSyntax)base.VisitOperatorDeclaration(node)!).WithBody(s_body).WithSemicolonToken(default));

    public override SyntaxNode? VisitConversionOperatorDeclaration(ConversionOperatorDeclarationSyntax node) =>
        Publish(((ConversionOperatorDeclarationSyntax)base.VisitConversionOperatorDeclaration(node)!).WithBody(s_body).WithSemicolonToken(default));

    public override SyntaxNode? VisitPropertyDeclaration(PropertyDeclarationSyntax node) =>
        Complete(node, (PropertyDeclarationSyntax)base.VisitPropertyDeclaration(node)!);

    public override SyntaxNode? VisitIndexerDeclaration(IndexerDeclarationSyntax node) =>
        Complete(node, (IndexerDeclarationSyntax)base.VisitIndexerDeclaration(node)!);

    public override SyntaxNode? VisitAccessorDeclaration(AccessorDeclarationSyntax node)
    {
        bool open = InInterface(node.Parent!.Parent!) || IsAbstract((BasePropertyDeclarationSyntax)node.Parent.Parent!);
        return open ? node : node.WithBody(s_body).WithSemicolonToken(default);
    }

    private static BasePropertyDeclarationSyntax Complete(BasePropertyDeclarationSyntax original, BasePropertyDeclarationSyntax property) =>
        InInterface(original) || original.ExplicitInterfaceSpecifier is not null ? property : Publish(property);

    private ConstructorInitializerSyntax? BaseCall(ClassDeclarationSyntax type)
    {
        IReadOnlyList<string>? parameters = constructors.NeededByBaseOf(type);
        if (parameters is null)
        {
            return null;
        }

        IEnumerable<ArgumentSyntax> arguments = parameters.Select(parameter => Argument(ParseExpression($"default({parameter})")));
        return ConstructorInitializer(SyntaxKind.BaseConstructorInitializer, ArgumentList(SeparatedList(arguments)));
    }

    private static T Publish<T>(T member)
        where T : MemberDeclarationSyntax
    {
        if (Has(member.Modifiers, SyntaxKind.ProtectedKeyword))
        {
            return member;
        }

        SyntaxTriviaList leading = member.GetLeadingTrivia();
        var bare = (T)member.WithoutLeadingTrivia();
        return (T)bare.WithModifiers(bare.Modifiers.Insert(0, s_public)).WithLeadingTrivia(leading);
    }

    private static bool InNamespaceName(SyntaxNode name)
    {
        while (name.Parent is QualifiedNameSyntax outer)
        {
            name = outer;
        }

        return name.Parent is NamespaceDeclarationSyntax;
    }

    private static bool Has(SyntaxTokenList modifiers, SyntaxKind kind) => modifiers.Any(kind);

    private static bool IsAbstract(MemberDeclarationSyntax member) => Has(member.Modifiers, SyntaxKind.AbstractKeyword);

    private static bool InInterface(SyntaxNode member) => member.Parent is InterfaceDeclarationSyntax;
}
