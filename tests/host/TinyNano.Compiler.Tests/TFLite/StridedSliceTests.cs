using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.IR;
using TinyNano.TestKit.Writing;

namespace TinyNano.Compiler.Tests.TFLite;

/// <summary>STRIDED_SLICE with its masks; the expectations are what Python gives for numpy.arange(24).reshape(2, 3, 4).</summary>
public sealed class StridedSliceTests
{
    private const bool Reference = true;

    [Fact]
    public void Plain() => // x[0:2, 1:3, 0:4:2]
        Check(Reference, [2, 2, 2], [4, 6, 8, 10, 16, 18, 20, 22], [0, 1, 0], [2, 3, 4], [1, 1, 2]);

    [Fact]
    public void NegativeBounds() => // x[-1:2, -2:-1, -3:4]
        Check(Reference, [1, 1, 3], [17, 18, 19], [-1, -2, -3], [2, -1, 4], [1, 1, 1]);

    [Fact]
    public void NegativeStride() => // x[1:0:-1, 2:0:-1, 3:0:-2]
        Check(Reference, [1, 2, 2], [23, 21, 19, 17], [1, 2, 3], [0, 0, 0], [-1, -1, -2]);

    [Fact]
    public void OpenBounds() => // x[:, :2, ::-3]
        Check(Reference, [2, 2, 2], [3, 0, 7, 4, 15, 12, 19, 16], [9, 9, 9], [0, 2, 1], [1, 1, -3], beginMask: 7, endMask: 5);

    [Fact]
    public void BoundsBeyondTheTensor() => // x[0:99, -99:99, 1:99]
        Check(Reference, [2, 3, 3], [1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15, 17, 18, 19, 21, 22, 23], [0, -99, 1], [99, 99, 99], [1, 1, 1]);

    [Fact]
    public void ShrunkAxes() => // x[1, :, -1]
        Check(Reference, [3], [15, 19, 23], [1, 0, -1], [2, 3, 0], [1, 1, 1], shrinkMask: 5);

    [Fact]
    public void FewerEntriesThanAxes() => // x[1:2]
        Check(false, [1, 3, 4], [12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23], [1], [2], [1]);

    [Fact]
    public void Ellipsis() => // x[..., 1]
        Check(false, [2, 3], [1, 5, 9, 13, 17, 21], [0, 1], [0, 2], [1, 1], ellipsisMask: 1, shrinkMask: 2);

    [Fact]
    public void EllipsisInTheMiddle() => // x[1, ..., 0:2]
        Check(false, [3, 2], [12, 13, 16, 17, 20, 21], [1, 0, 0], [2, 0, 2], [1, 1, 1], ellipsisMask: 2, shrinkMask: 1);

    [Fact]
    public void NewAxes() => // x[numpy.newaxis, 0, ..., numpy.newaxis, 3]
        Check(false, [1, 3, 1], [3, 7, 11], [0, 0, 0, 0, 3], [0, 1, 0, 0, 4], [1, 1, 1, 1, 1], ellipsisMask: 4, newAxisMask: 9, shrinkMask: 18);

    [Fact]
    public void EmptySlice_IsRefused()
    {
        CompileException e = Assert.Throws<CompileException>(() => RawModel.Import(Model([2, 3, 4], [0, 2, 0], [2, 2, 4], [1, 1, 1], 0, 0, 0, 0, 0)));
        Assert.Equal("TN1102", Assert.Single(e.Diagnostics).Id);
    }

    private static void Check(
        bool reference, int[] shape, float[] expected, int[] begin, int[] end, int[] strides,
        int beginMask = 0, int endMask = 0, int ellipsisMask = 0, int newAxisMask = 0, int shrinkMask = 0)
    {
        byte[] bytes = Model(shape, begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkMask);
        if (reference)
        {
            RawModel.Gives(bytes, expected);
        }
        else
        {
            RawModel.GivesWithoutReference(bytes, expected);
        }
    }

    private static byte[] Model(
        int[] shape, int[] begin, int[] end, int[] strides, int beginMask, int endMask, int ellipsisMask, int newAxisMask, int shrinkMask)
    {
        RawModel m = new();
        Value x = m.Input("x", DType.Float32, 2, 3, 4);
        TFLiteBuffer b = m.Buffer;
        return m.Finish(m.Op(
            "STRIDED_SLICE", 32, [new(0, beginMask), new(1, endMask), new(2, ellipsisMask), new(3, newAxisMask), new(4, shrinkMask)],
            shape, x, b.Constant(begin), b.Constant(end), b.Constant(strides)));
    }
}
