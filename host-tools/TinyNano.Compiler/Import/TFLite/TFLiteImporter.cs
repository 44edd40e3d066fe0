using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Import.TFLite;

/// <summary>
/// From a .tflite file to a graph: full-integer, float and hybrid models; quantised models keep their numbers. Everything
/// that is not supported is reported at once. Foreign names end here: the rest of the compiler knows the IR only.
/// </summary>
public static class TFLiteImporter
{
    private const int MaxErrors = 100;

    private static readonly Dictionary<string, Action<TFLiteContext>> Table = new(
        TFLiteConvolution.Table
            .Concat(TFLiteElementwise.Table)
            .Concat(TFLiteMovement.Table)
            .Concat(TFLiteSlicing.Table)
            .Concat(TFLiteReduction.Table)
            .Concat(TFLiteConstants.Table)
            .Concat(TFLiteRecurrent.Table));

    /// <summary>The names of the supported builtin operators, sorted.</summary>
    public static IReadOnlyList<string> Operators { get; } = [.. Table.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Whether the bytes look like a .tflite file.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> bytes) => bytes.Length >= 8 && bytes.Slice(4, 4).SequenceEqual("TFL3"u8);

    /// <summary>
    /// The graph of the file's first subgraph. Warnings go to <paramref name="diagnostics"/>; CompileException with every
    /// error when there is one.
    /// </summary>
    public static Graph Import(byte[] bytes, string fileName, DiagnosticBag diagnostics)
    {
        TFLiteModel model = TFLiteReader.Read(bytes, fileName);
        TFLiteSubgraph subgraph = model.Subgraphs[0];
        if (model.Subgraphs.Count > 1)
        {
            diagnostics.Warn("TN1009", $"the file has {model.Subgraphs.Count} subgraphs; the first one, '{subgraph.Name}', is compiled.", fileName,
                "export one signature to be certain which one is meant");
        }

        Graph graph = new(Path.GetFileNameWithoutExtension(fileName));
        TFLiteContext context = new(model, subgraph, graph, diagnostics);
        Faults faults = new(fileName, diagnostics);
        foreach (int input in subgraph.Inputs)
        {
            faults.Try("input", context, () => context.DefineInput(input));
        }

        foreach (TFLiteOperator op in subgraph.Operators)
        {
            context.Operator = op;
            if (!faults.Try($"operator {op.Index}", context, () => Import(context)))
            {
                context.DefineUnknown();
            }
        }

        context.Operator = new TFLiteOperator(0, "", null, 1, [], [], [], 0, null);
        foreach (int output in subgraph.Outputs)
        {
            faults.Try("output", context, () => graph.Outputs.Add(Output(context, output)));
        }

        if (subgraph.Outputs.Length == 0)
        {
            diagnostics.Error("TN1004", "the model has no output.", fileName);
        }

        faults.Close();
        diagnostics.ThrowIfErrors();
        graph.Labels.AddRange(TFLiteLabels.Read(bytes));
        return graph;
    }

    private static Value Output(TFLiteContext context, int index)
    {
        Value value = context.ValueOf(index);
        return !value.IsState || context.Graph.Consumers(value).Count > 0 ? value
            : throw TFLiteRefusal.Attribute($"'{value.Name}' is a variable tensor that no operator updates.");
    }

    // Outputs that are made already are refused first: nothing is then appended for them.
    private static void Import(TFLiteContext context)
    {
        TFLiteOperator op = context.Operator;
        if (!Table.TryGetValue(op.Name, out Action<TFLiteContext>? import))
        {
            throw new TFLiteRefusal("TN1101", "this operator is not supported.", op switch
            {
                { CustomCode: string code } when code.StartsWith("Flex", StringComparison.Ordinal) => "convert without SELECT_TF_OPS, from builtin operators only",
                { CustomCode: not null } => "custom operators exist in the program that made them only; express it with builtin operators",
                { Name: "WHILE" or "IF" } => "loops over steps have no fixed size: convert with batch 1 and a fixed number of steps, so that an LSTM stays one operator, or unroll the layer (unroll=True)",
                _ => "run `tinynano ops` for what this version accepts",
            });
        }

        if (op.Outputs.Length == 0)
        {
            throw TFLiteRefusal.Misfit("the operator has no output.");
        }

        context.RequireFreshOutputs();
        import(context);
    }

    // Runs pieces of the import and turns what they refuse into diagnostics.
    private sealed class Faults
    {
        private readonly string _fileName;
        private readonly DiagnosticBag _diagnostics;
        private int _count;

        public Faults(string fileName, DiagnosticBag diagnostics)
        {
            _fileName = fileName;
            _diagnostics = diagnostics;
        }

        public bool Try(string place, TFLiteContext context, Action action)
        {
            try
            {
                action();
                return true;
            }
            catch (TFLiteRefusal e)
            {
                Report(context, e.Id, e.Message, place, e.Hint);
            }
            catch (Exception e) when (e is OpException or ArgumentException or OverflowException)
            {
                Report(context, "TN1104", e.Message, place, "the file is damaged or was written by a faulty converter");
            }

            return false;
        }

        public void Close()
        {
            if (_count > MaxErrors)
            {
                _diagnostics.Error("TN1100", $"and {_count - MaxErrors} more errors of this kind.", _fileName);
            }
        }

        private void Report(TFLiteContext context, string id, string message, string place, string? hint)
        {
            // What follows from an operator that is reported already is not news, but its name is.
            if ((context.ReadsUnknown && id != "TN1101") || ++_count > MaxErrors)
            {
                return;
            }

            string subject = context.Operator.Name.Length > 0 ? $"{context.Operator}: " : "";
            _diagnostics.Error(id, subject + message, $"{_fileName}, {place}", hint);
        }
    }
}
