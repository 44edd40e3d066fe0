namespace TinyNano.OnnxRuntime.Tests.Cases;

/// <summary>Resize in all its modes, and Upsample.</summary>
internal static class ResizeCases
{
    public static IEnumerable<OnnxCase> All()
    {
        string[] coordinates = ["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"];
        foreach (string coordinate in coordinates)
        {
            foreach ((int h, int w) in new[] { (8, 10), (3, 7), (9, 2), (1, 1) })
            {
                foreach (string nearest in new[] { "round_prefer_floor", "round_prefer_ceil", "floor", "ceil" })
                {
                    OnnxCase c = new($"Resize_nearest_{coordinate}_{nearest}_{h}x{w}", 13);
                    yield return c.Out(c.Op("Resize", [c.In(1, 2, 4, 5), "", "", c.Longs(1, 2, h, w)],
                        ("mode", "nearest"), ("coordinate_transformation_mode", coordinate), ("nearest_mode", nearest)));
                }

                foreach (string mode in new[] { "linear", "cubic" })
                {
                    OnnxCase c = new($"Resize_{mode}_{coordinate}_{h}x{w}", 13);
                    yield return c.Out(c.Op("Resize", [c.In(1, 2, 4, 5), "", "", c.Longs(1, 2, h, w)],
                        ("mode", mode), ("coordinate_transformation_mode", coordinate)));
                }
            }
        }

        foreach (string mode in new[] { "nearest", "linear" })
        {
            OnnxCase scales = new($"Resize_{mode}_scales", 11);
            yield return scales.Out(scales.Op("Resize", [scales.In(1, 2, 4, 5), scales.Floats(), scales.Floats(1, 1, 2, 1.6f)],
                ("mode", mode), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor")));
            OnnxCase uneven = new($"Resize_{mode}_uneven_scales", 13);
            yield return uneven.Out(uneven.Op("Resize", [uneven.In(1, 2, 4, 5), "", uneven.Floats(1, 1, 0.6f, 1.7f)], ("mode", mode)));
            OnnxCase ten = new($"Resize_{mode}_opset10", 10);
            yield return ten.Out(ten.Op("Resize", [ten.In(1, 2, 4, 5), ten.Floats(1, 1, 2, 3)], ("mode", mode)));
            OnnxCase nine = new($"Upsample_{mode}_opset9", 9);
            yield return nine.Out(nine.Op("Upsample", [nine.In(1, 2, 4, 5), nine.Floats(1, 1, 2, 3)], ("mode", mode)));
            OnnxCase seven = new($"Upsample_{mode}_opset7", 7);
            yield return seven.Out(seven.Op("Upsample", [seven.In(1, 2, 4, 5)], ("mode", mode), ("scales", new[] { 1f, 1, 2, 2 })));
            OnnxCase axes = new($"Resize_{mode}_axes", 18);
            yield return axes.Out(axes.Op("Resize", [axes.In(1, 2, 4, 5), "", "", axes.Longs(7, 6)], ("mode", mode), ("axes", new[] { 2, 3 })));
            OnnxCase line = new($"Resize_{mode}_1d", 13);
            yield return line.Out(line.Op("Resize", [line.In(1, 3, 6), "", line.Floats(1, 1, 2)], ("mode", mode)));
        }

        OnnxCase channels = new("Resize_nearest_channels", 13);
        yield return channels.Out(channels.Op("Resize", [channels.In(1, 2, 4, 5), "", "", channels.Longs(1, 3, 4, 8)], ("mode", "nearest")));
    }
}
