using System.Globalization;
using System.Text;

namespace TinyNano.Compiler.Codegen;

/// <summary>Pieces of C source: names and initialisers.</summary>
internal static class CText
{
    private const int BytesPerLine = 20;

    /// <summary>A C identifier from a model's name: lower case, everything else an underscore.</summary>
    public static string Identifier(string name)
    {
        string text = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '_')).Trim('_');
        return text.Length == 0 ? "model" : char.IsAsciiDigit(text[0]) ? "model_" + text : text;
    }

    /// <summary>The bytes as lines of an initialiser.</summary>
    public static string Bytes(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new();
        for (int i = 0; i < bytes.Length; i++)
        {
            text.Append(i % BytesPerLine == 0 ? "\n    " : " ").Append(CultureInfo.InvariantCulture, $"{bytes[i]},");
        }

        return text.ToString();
    }

    /// <summary>An int32 constant expression; the lowest one cannot be written as a number.</summary>
    public static string Int(int value) => value == int.MinValue ? "INT32_MIN" : value.ToString(CultureInfo.InvariantCulture);
}
