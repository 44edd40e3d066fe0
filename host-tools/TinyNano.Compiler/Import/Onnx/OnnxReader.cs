namespace TinyNano.Compiler.Import.Onnx;

/// <summary>
/// The messages of an ONNX file, after the field numbers of onnx.proto3. Subgraphs nest a few levels deep, not without end;
/// unknown fields are skipped. Throws <see cref="OnnxFormatException"/> for anything malformed.
/// </summary>
internal static partial class OnnxReader
{
    private const int MaxDepth = 4;

    /// <summary>A ModelProto.</summary>
    public static OnnxModel ReadModel(byte[] bytes)
    {
        OnnxModel model = new();
        ProtoReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 2:
                    model.Producer = reader.Text();
                    break;
                case 7 when model.Graph is null:
                    model.Graph = ReadGraph(reader.Message(), 0);
                    break;
                case 7:
                    throw new OnnxFormatException("the model has two graphs");
                case 8:
                    (string domain, long version) = ReadOpset(reader.Message());
                    model.Opsets[domain == "ai.onnx" ? "" : domain] = version;
                    break;
                case 14:
                    (string key, string value) = ReadPair(reader.Message());
                    model.Metadata[key] = value;
                    break;
                case 25:
                    model.Functions++;
                    reader.Skip();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return model;
    }

    /// <summary>A TensorProto alone in a file, as the ONNX test data has them.</summary>
    public static OnnxTensorProto ReadTensor(byte[] bytes) => ReadTensor(new ProtoReader(bytes));

    private static OnnxGraph ReadGraph(ProtoReader reader, int depth)
    {
        OnnxGraph graph = new();
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    OnnxNode node = ReadNode(reader.Message(), depth);
                    node.Index = graph.Nodes.Count;
                    graph.Nodes.Add(node);
                    break;
                case 2:
                    graph.Name = reader.Text();
                    break;
                case 5:
                    graph.Initializers.Add(ReadTensor(reader.Message()));
                    break;
                case 11:
                    graph.Inputs.Add(ReadValueInfo(reader.Message()));
                    break;
                case 12:
                    graph.Outputs.Add(ReadValueInfo(reader.Message()));
                    break;
                case 13:
                    graph.ValueInfos.Add(ReadValueInfo(reader.Message()));
                    break;
                case 15:
                    graph.SparseInitializers++;
                    reader.Skip();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return graph;
    }

    private static OnnxNode ReadNode(ProtoReader reader, int depth)
    {
        OnnxNode node = new();
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    node.Inputs.Add(reader.Text());
                    break;
                case 2:
                    node.Outputs.Add(reader.Text());
                    break;
                case 3:
                    node.Name = reader.Text();
                    break;
                case 4:
                    node.OpType = reader.Text();
                    break;
                case 5:
                    OnnxAttribute attribute = ReadAttribute(reader.Message(), depth);
                    if (!node.Attributes.TryAdd(attribute.Name, attribute))
                    {
                        throw new OnnxFormatException($"node '{node.Name}' has two attributes '{attribute.Name}'");
                    }

                    break;
                case 7:
                    string domain = reader.Text();
                    node.Domain = domain == "ai.onnx" ? "" : domain;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return node;
    }

    private static OnnxAttribute ReadAttribute(ProtoReader reader, int depth)
    {
        OnnxAttribute attribute = new();
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    attribute.Name = reader.Text();
                    break;
                case 2:
                    attribute.Float = reader.Float();
                    break;
                case 3:
                    attribute.Int = reader.Int64();
                    break;
                case 4:
                    attribute.Text = reader.Text();
                    break;
                case 5:
                    attribute.Tensor = ReadTensor(reader.Message());
                    break;
                case 6 when depth < MaxDepth:
                    attribute.Graph = ReadGraph(reader.Message(), depth + 1);
                    break;
                case 7:
                    reader.Floats(attribute.Floats);
                    break;
                case 8:
                    reader.Int64s(attribute.Ints);
                    break;
                case 9:
                    attribute.Texts.Add(reader.Text());
                    break;
                case 13:
                    reader.Skip();
                    break;
                case 20:
                    attribute.Kind = reader.Int32();
                    break;
                default:
                    attribute.HasOther = true;
                    reader.Skip();
                    break;
            }
        }

        return attribute;
    }

    private static OnnxTensorProto ReadTensor(ProtoReader reader)
    {
        OnnxTensorProto tensor = new();
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    reader.Int64s(tensor.Dims);
                    break;
                case 2:
                    tensor.Type = (OnnxType)reader.Int32();
                    break;
                case 4:
                    reader.Floats(tensor.Floats);
                    break;
                case 5 or 7 or 11:
                    reader.Int64s(tensor.Integers);
                    break;
                case 6:
                    tensor.Strings++;
                    reader.Skip();
                    break;
                case 8:
                    tensor.Name = reader.Text();
                    break;
                case 9:
                    tensor.Raw = reader.Bytes();
                    break;
                case 10:
                    reader.Doubles(tensor.Doubles);
                    break;
                case 13:
                    tensor.IsExternal = true;
                    reader.Skip();
                    break;
                case 14:
                    tensor.IsExternal |= reader.Int64() == 1;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return tensor;
    }
}
