using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TinyNano.Surface.Lists;

/// <summary>Constants as C# writes them.</summary>
internal static class ConstantText
{
    public static string Of(object? value, ITypeSymbol type)
    {
        if (value is null)
        {
            return type.IsReferenceType ? "null" : "default";
        }

        if (type is INamedTypeSymbol { TypeKind: TypeKind.Enum } @enum)
        {
            string name = @enum.ToDisplayString();
            IFieldSymbol? field = @enum.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(candidate => Equals(candidate.ConstantValue, value));
            return field is null ? $"({name}){Number(value)}" : $"{name}.{field.Name}";
        }

        return value switch
        {
            float.NaN => "0f / 0f",
            float.PositiveInfinity => "1f / 0f",
            float.NegativeInfinity => "-1f / 0f",
            double.NaN => "0d / 0d",
            double.PositiveInfinity => "1d / 0d",
            double.NegativeInfinity => "-1d / 0d",
            float number => number.ToString("R", CultureInfo.InvariantCulture) + "f",
            double number => number.ToString("R", CultureInfo.InvariantCulture) + "d",
            string text => SymbolDisplay.FormatLiteral(text, quote: true),
            bool truth => truth ? "true" : "false",
            char character => char.IsAsciiLetterOrDigit(character) ? $"'{character}'" : $"'\\u{(int)character:X4}'",
            _ => Number(value),
        };
    }

    private static string Number(object value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
