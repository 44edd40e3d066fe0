using System.CommandLine;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Samples;

namespace TinyNano.Cli.Commands;

/// <summary>The options that say how sample bytes are to be read, for compile and evaluate.</summary>
internal sealed class SampleOptions
{
    private readonly Option<string> _type = new("--input-type")
    {
        Description = "element type of the sample file: uint8, int8, int16 or float32. Integers of one byte are a quantised input's own numbers (uint8 shifted by 128) unless a scale is given; for a float input uint8 means value / 255",
        DefaultValueFactory = _ => "float32",
    };

    private readonly Option<float?> _scale = new("--input-scale") { Description = "real = scale * (value - zero)" };
    private readonly Option<int> _zero = new("--input-zero") { Description = "the zero point that goes with --input-scale" };
    private readonly Option<int> _record = new("--record") { Description = "values of one record in the file, where it is longer than the model's input" };
    private readonly Option<int> _stride = new("--stride") { Description = "cut records into windows of the model's input, this many values apart" };

    public SampleOptions(Command command)
    {
        _type.AcceptOnlyFromAmong("uint8", "int8", "int16", "float32");
        foreach (Option option in new Option[] { _type, _scale, _zero, _record, _stride })
        {
            command.Options.Add(option);
        }
    }

    public SampleFormat Read(ParseResult parsed) => new()
    {
        Type = parsed.GetValue(_type) switch
        {
            "uint8" => DType.UInt8,
            "int8" => DType.Int8,
            "int16" => DType.Int16,
            _ => DType.Float32,
        },
        Scale = parsed.GetValue(_scale),
        Zero = parsed.GetValue(_zero),
        RecordValues = parsed.GetValue(_record),
        Stride = parsed.GetValue(_stride),
    };
}
