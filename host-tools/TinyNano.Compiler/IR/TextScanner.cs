using System.Globalization;
using System.Text;
using TinyNano.Compiler.Diagnostics;

namespace TinyNano.Compiler.IR;

/// <summary>Reads the words of the IR text form; every error names line, column and what was expected (TN2001).</summary>
internal sealed class TextScanner
{
    private readonly string _text;
    private int _at;

    public TextScanner(string text) => _text = text;

    public bool AtEnd
    {
        get
        {
            SkipSpace();
            return _at >= _text.Length;
        }
    }

    /// <summary>The position of the next word, for errors that are noticed later.</summary>
    public int Position
    {
        get
        {
            SkipSpace();
            return _at;
        }
    }

    public bool Sees(char c) => !AtEnd && _text[_at] == c;

    public bool TryTake(char c)
    {
        if (!Sees(c))
        {
            return false;
        }

        _at++;
        return true;
    }

    public void Take(char c)
    {
        if (!TryTake(c))
        {
            throw Expected($"'{c}'");
        }
    }

    /// <summary>A run of letters, digits and _ . / : - (as bare names are made of), at least one.</summary>
    public string TakeBare(string what)
    {
        int start = Position;
        while (_at < _text.Length && GraphPrinter.IsBareCharacter(_text[_at]))
        {
            _at++;
        }

        return _at > start ? _text[start.._at] : throw Expected(what);
    }

    /// <summary>A run of letters, digits and underscores: keywords, operators, types, attribute names.</summary>
    public string TakeWord(string what)
    {
        int start = Position;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] == '_'))
        {
            _at++;
        }

        return _at > start ? _text[start.._at] : throw Expected(what);
    }

    /// <summary>A bare name or one in quotes. A colon that ends a bare name is not part of it: it begins the type.</summary>
    public string TakeName(string what)
    {
        if (Sees('"'))
        {
            return TakeString();
        }

        string name = TakeBare(what);
        if (name.EndsWith(':'))
        {
            _at--;
            name = name[..^1];
        }

        return name.Length > 0 ? name : throw Expected(what);
    }

    public string TakeString()
    {
        int start = Position;
        Take('"');
        StringBuilder result = new();
        while (_at < _text.Length && _text[_at] != '"' && _text[_at] != '\n')
        {
            char c = _text[_at++];
            if (c != '\\')
            {
                result.Append(c);
                continue;
            }

            char escape = _at < _text.Length ? _text[_at++] : ' ';
            switch (escape)
            {
                case '"' or '\\':
                    result.Append(escape);
                    break;
                case 'n':
                    result.Append('\n');
                    break;
                case 'u' when _at + 4 <= _text.Length && ushort.TryParse(_text.AsSpan(_at, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ushort code):
                    result.Append((char)code);
                    _at += 4;
                    break;
                default:
                    throw Error(_at - 1, "a backslash is followed by \\, \", n or u and four hex digits");
            }
        }

        if (_at >= _text.Length || _text[_at] != '"')
        {
            throw Error(start, "the string has no closing quote on its line");
        }

        _at++;
        return result.ToString();
    }

    public long TakeInteger(long lowest, long highest)
    {
        int start = Position;
        string word = TakeNumberText();
        return long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= lowest && value <= highest
            ? value
            : throw Error(start, $"expected an integer in {lowest} .. {highest}, found '{word}'");
    }

    public int TakeInt() => (int)TakeInteger(int.MinValue, int.MaxValue);

    public float TakeFloat()
    {
        int start = Position;
        string word = TakeNumberText();
        return word switch
        {
            "inf" => float.PositiveInfinity,
            "-inf" => float.NegativeInfinity,
            "nan" => float.NaN,
            _ when float.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) => value,
            _ => throw Error(start, $"expected a number, found '{word}'"),
        };
    }

    public CompileException Expected(string what)
    {
        string found = AtEnd ? "the end of the text" : $"'{_text[_at]}'";
        return Error(_at, $"expected {what}, found {found}");
    }

    public CompileException Error(int position, string message)
    {
        int line = 1;
        int column = 1;
        for (int i = 0; i < position && i < _text.Length; i++)
        {
            (line, column) = _text[i] == '\n' ? (line + 1, 1) : (line, column + 1);
        }

        return new CompileException("TN2001", $"IR text: {message}", $"line {line}, column {column}");
    }

    private string TakeNumberText()
    {
        int start = Position;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '+' or '-' or '.'))
        {
            _at++;
        }

        return _at > start ? _text[start.._at] : throw Expected("a number");
    }

    private void SkipSpace()
    {
        while (_at < _text.Length)
        {
            if (char.IsWhiteSpace(_text[_at]))
            {
                _at++;
            }
            else if (_text[_at] == '#')
            {
                while (_at < _text.Length && _text[_at] != '\n')
                {
                    _at++;
                }
            }
            else
            {
                return;
            }
        }
    }
}
