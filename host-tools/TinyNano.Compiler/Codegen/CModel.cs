using System.Globalization;
using System.Text;
using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Codegen;

/// <summary>
/// A blob as C source: constants in static memory and one function that calls each step's kernel in turn. No loader, no step loop, no operator table:
/// the linker keeps the kernels that are called. Outputs are the bytes that the blob gives.
/// </summary>
public sealed class CModel
{
    private readonly Blob _blob;
    private readonly string _name;
    private readonly string _id;
    private readonly StringBuilder _text = new();

    private CModel(Blob blob, string name)
    {
        _blob = blob;
        _name = name;
        _id = CText.Identifier(name);
    }

    /// <summary>The header and the source. CompileException TN5101 where a kernel of the blob's target cannot be called directly.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="name">Name of the header without its extension; made an identifier, prefix of the names.</param>
    public static (string Header, string Source) Write(byte[] blob, string name)
    {
        CModel model = new(BlobReader.Read(blob), name);
        return (model.Header(), model.Source());
    }

    private string Header()
    {
        StringBuilder text = new();
        string guard = _id.ToUpperInvariant() + "_H";
        Line(text, $"// The model '{_blob.Name}', made by `tinynano codegen --lang c`; make it again instead of editing it.");
        Line(text, $"#ifndef {guard}\n#define {guard}\n\n#include <stdbool.h>\n#include <stdint.h>\n");
        for (int i = 0; i < _blob.Inputs.Count; i++)
        {
            Describe(text, "input", i, _blob.Inputs[i]);
        }

        for (int i = 0; i < _blob.Outputs.Count; i++)
        {
            Describe(text, "output", i, _blob.Outputs[i]);
        }

        Line(text, $"// The memory that the model works in, {_blob.ArenaBytes} bytes; inputs and outputs lie in it.\nextern uint8_t {_id}_arena[];\n");
        Line(text, $"// Writes the initial contents of every state. Call it once before the first run.\nvoid {_id}_reset(void);\n");
        Line(text, "// Runs the model on the inputs, which must be filled before each run, as their bytes may be used for other tensors.");
        Line(text, $"void {_id}_run(void);\n\n#endif");
        return text.ToString();
    }

    private void Describe(StringBuilder text, string direction, int index, BlobIo io)
    {
        BlobTensor tensor = _blob.Tensors[io.Tensor];
        string name = $"{_id}_{direction}{index}";
        string meaning = io.Quantization is Quantization q ? string.Create(CultureInfo.InvariantCulture, $", real = {q.Scale:R} * (q - {q.ZeroPoint})") : "";
        Line(text, $"// {direction} {index}, '{io.Name}': {tensor.DType.ShortName()}{tensor.Shape}{meaning}");
        Line(text, $"#define {name.ToUpperInvariant()}_COUNT {tensor.Shape.Count}");
        Line(text, $"#define {name} (({Type(tensor.DType)} *)(void *)({_id}_arena + {tensor.Offset}))\n");
    }

    private string Source()
    {
        Line(_text, $"// The model '{_blob.Name}', made by `tinynano codegen --lang c`; make it again instead of editing it.");
        Line(_text, $"#include \"{_name}.h\"\n\n#include \"tn/tn_direct.h\"\n");
        foreach (string symbol in _blob.Steps.Select(Symbol).Distinct().Order(StringComparer.Ordinal))
        {
            Line(_text, $"extern const tn_op_t {symbol};");
        }

        BlobSection shapes = _blob.Section(SectionKind.Shapes)!;
        BlobSection tensors = _blob.Section(SectionKind.Tensors)!;
        Line(_text, $"\nTN_DIRECT_ALIGNED uint8_t {_id}_arena[{Math.Max(16, _blob.ArenaBytes)}];\n");
        Array("uint8_t", "constants", _blob.Section(SectionKind.Constants));
        Line(_text, $"TN_DIRECT_ALIGNED static const uint8_t tensors[] = {{{CText.Bytes(_blob.Bytes.AsSpan(tensors.Offset, tensors.Size))}\n}};\n");
        int[] dims = [.. Enumerable.Range(0, Math.Max(1, shapes.Count)).Select(i => shapes.Count == 0 ? 1 : BitConverter.ToInt32(_blob.Bytes, shapes.Offset + i * 4))];
        Line(_text, $"static const int32_t shapes[] = {{{string.Join(", ", dims.Select(CText.Int))}}};\n");
        Line(_text, $"static const tn_model_t model = {{\n    .tensors = tensors, .shapes = shapes, .constants = constants, .arena = {_id}_arena,\n}};\n");
        Reset();
        Run();
        return _text.ToString();
    }

    private void Array(string type, string name, BlobSection? section)
    {
        ReadOnlySpan<byte> bytes = section is null ? [0] : _blob.Bytes.AsSpan(section.Offset, section.Size);
        Line(_text, $"TN_DIRECT_ALIGNED static const {type} {name}[] = {{{CText.Bytes(bytes)}\n}};\n");
    }

    private void Reset()
    {
        Line(_text, $"void {_id}_reset(void)\n{{");
        foreach (BlobTensor state in _blob.Tensors.Where(t => t.Place == Place.State).Distinct())
        {
            Line(_text, $"    memset({_id}_arena + {state.Offset}, {state.Fill}, {state.Bytes});");
        }

        Line(_text, "}\n");
    }

    private void Run()
    {
        for (int i = 0; i < _blob.Steps.Count; i++)
        {
            BlobStep step = _blob.Steps[i];
            int[] refs = [.. step.Inputs.Concat(step.Outputs).Select(t => t < 0 ? BlobFormat.None : t)];
            Line(_text, $"static const uint16_t refs{i}[] = {{{string.Join(", ", refs)}}};");
            if (step.Params.Count > 0)
            {
                Line(_text, $"static const int32_t params{i}[] = {{{string.Join(", ", step.Params.Select(CText.Int))}}};");
            }
        }

        Line(_text, $"\nvoid {_id}_run(void)\n{{");
        if (_blob.Steps.Count == 0)
        {
            Line(_text, "    (void)model;");
        }

        for (int i = 0; i < _blob.Steps.Count; i++)
        {
            BlobStep step = _blob.Steps[i];
            int scratch = step.Scratch < 0 ? BlobFormat.None : step.Scratch;
            string parameters = step.Params.Count > 0 ? $"params{i}" : "NULL";
            Line(_text, $"    {Symbol(step)}.eval(&(const tn_op_context_t){{\n        .model = &model, .refs = refs{i}, .params = {parameters}, .inputs = {step.Inputs.Count}, .outputs = {step.Outputs.Count}, .kernel = {step.Kernel}, .scratch = {scratch}, .blame = TN_NONE}});");
        }

        Line(_text, "}");
    }

    private static string Type(DType type) => type switch
    {
        DType.Float32 => "float",
        DType.Int8 => "int8_t",
        DType.UInt8 => "uint8_t",
        DType.Int16 => "int16_t",
        DType.Int32 => "int32_t",
        DType.Int64 => "int64_t",
        _ => "bool",
    };

    private string Symbol(BlobStep step) => step.Kernel == 0
        ? step.Op.Symbol
        : _blob.Target.Variants.FirstOrDefault(v => v.Op == step.Op && v.Kernel == step.Kernel)?.Symbol
            ?? throw new CompileException("TN5101", $"kernel {step.Kernel} of {step.Op} for {_blob.Target.Name} has no name to call it by", null, "compile the model with --target portable");

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
