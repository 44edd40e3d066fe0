namespace TinyNano.Compiler.Import.Onnx;

/// <summary>The small messages: types and shapes of values, opset imports, metadata.</summary>
internal static partial class OnnxReader
{
    private static OnnxValueInfo ReadValueInfo(ProtoReader reader)
    {
        OnnxValueInfo info = new();
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    info.Name = reader.Text();
                    break;
                case 2:
                    ReadType(reader.Message(), info);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return info;
    }

    private static void ReadType(ProtoReader reader, OnnxValueInfo info)
    {
        while (reader.Next())
        {
            if (reader.Field != 1)
            {
                reader.Skip();
                continue;
            }

            info.IsTensor = true;
            ProtoReader tensor = reader.Message();
            while (tensor.Next())
            {
                if (tensor.Field == 1)
                {
                    info.Type = (OnnxType)tensor.Int32();
                }
                else if (tensor.Field == 2)
                {
                    info.Dims = ReadShape(tensor.Message());
                }
                else
                {
                    tensor.Skip();
                }
            }
        }
    }

    private static List<OnnxDim> ReadShape(ProtoReader reader)
    {
        List<OnnxDim> dims = [];
        while (reader.Next())
        {
            if (reader.Field != 1)
            {
                reader.Skip();
                continue;
            }

            long size = 0;
            string symbol = "?";
            ProtoReader dim = reader.Message();
            while (dim.Next())
            {
                if (dim.Field == 1)
                {
                    size = Math.Max(0, dim.Int64());
                }
                else if (dim.Field == 2)
                {
                    string text = dim.Text();
                    symbol = text.Length == 0 ? "?" : text;
                }
                else
                {
                    dim.Skip();
                }
            }

            dims.Add(new OnnxDim(size, symbol));
        }

        return dims;
    }

    private static (string Domain, long Version) ReadOpset(ProtoReader reader)
    {
        string domain = "";
        long version = 0;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    domain = reader.Text();
                    break;
                case 2:
                    version = reader.Int64();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return (domain, version);
    }

    private static (string Key, string Value) ReadPair(ProtoReader reader)
    {
        string key = "";
        string value = "";
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    key = reader.Text();
                    break;
                case 2:
                    value = reader.Text();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return (key, value);
    }
}
