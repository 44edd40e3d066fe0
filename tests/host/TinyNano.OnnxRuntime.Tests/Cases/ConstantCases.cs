using TinyNano.Compiler.IR;

namespace TinyNano.OnnxRuntime.Tests.Cases;

/// <summary>What exporters write around operators: constants and shape arithmetic, folded at import.</summary>
internal static class ConstantCases
{
    public static IEnumerable<OnnxCase> All()
    {
        // x.view(x.size(0), -1) as PyTorch exports it.
        OnnxCase view = new("shape_arithmetic_view", 13);
        string x = view.In(2, 3, 4);
        string batch = view.Op("Gather", [view.Op("Shape", [x]), view.Scalar(DType.Int64, 0)]);
        string shape = view.Op("Concat", [view.Op("Unsqueeze", [batch, view.Longs(0)]), view.Longs(-1)], ("axis", 0));
        yield return view.Out(view.Op("Reshape", [x, shape]));

        // Upsampling to twice the size.
        OnnxCase twice = new("shape_arithmetic_twice", 13);
        string image = twice.In(1, 2, 4, 5);
        string hw = twice.Op("Slice", [twice.Op("Shape", [image]), twice.Longs(2), twice.Longs(4)]);
        string real = twice.Op("Floor", [twice.Op("Mul", [twice.Op("Cast", [hw], ("to", 1)), twice.Scalar(2.3f)])]);
        string size = twice.Op("Concat", [twice.Longs(1, 2), twice.Op("Cast", [real], ("to", 7))], ("axis", 0));
        yield return twice.Out(twice.Op("Resize", [image, "", "", size], ("mode", "nearest")));

        OnnxCase constants = new("constants", 13);
        string value = constants.Op("Constant", [], ("value", Tensor.Of(new Shape(2, 3), [1, 2, 3, 4, 5, 6f])));
        string number = constants.Op("Constant", [], ("value_float", 2.5f));
        string list = constants.Op("Constant", [], ("value_ints", new[] { 2, 3 }));
        string filled = constants.Op("ConstantOfShape", [list], ("value", Tensor.Of(new Shape(1), [0.5f])));
        string sum = constants.Op("Add", [constants.Op("Mul", [constants.In(2, 3), value]), filled]);
        yield return constants.Out(constants.Op("Div", [sum, number]));

        OnnxCase range = new("range_and_size", 13);
        string data = range.In(2, 3);
        string count = range.Op("Size", [data]);
        string numbers = range.Op("Range", [range.Scalar(DType.Int64, 0), count, range.Scalar(DType.Int64, 1)]);
        string grid = range.Op("Reshape", [range.Op("Cast", [numbers], ("to", 1)), range.Op("Shape", [data])]);
        yield return range.Out(range.Op("Add", [data, grid]));

        // expand(-1, ...) as PyTorch exports it: where(shape == -1, 1, shape).
        OnnxCase expand = new("shape_arithmetic_expand", 13);
        string wanted = expand.Longs(4, -1, 3);
        string ones = expand.Op("ConstantOfShape", [expand.Longs(3)], ("value", Tensor.Of(new Shape(1), [1L])));
        string minus = expand.Op("Mul", [ones, expand.Scalar(DType.Int64, -1)]);
        string target = expand.Op("Where", [expand.Op("Equal", [wanted, minus]), ones, wanted]);
        yield return expand.Out(expand.Op("Expand", [expand.In(2, 1), target]));
    }
}
