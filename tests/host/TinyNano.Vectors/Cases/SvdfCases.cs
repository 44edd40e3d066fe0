using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.TestKit;

namespace TinyNano.Vectors.Cases;

/// <summary>SVDF: int8 with int8 and int16 states, float32; the state is kept over several runs.</summary>
public sealed class SvdfCases : ICaseFamily
{
    public IEnumerable<CaseSpec> Cases()
    {
        yield return Integer("s8_state8", DType.Int8, batch: 1, depth: 6, filters: 4, memory: 3, rank: 1);
        yield return Integer("s8_state8_rank2_batch2", DType.Int8, batch: 2, depth: 5, filters: 6, memory: 4, rank: 2);
        yield return Integer("s8_state8_zero_point_wraps", DType.Int8, batch: 1, depth: 7, filters: 4, memory: 2, rank: 2, stateScale: 0.004f, stateZero: 5);
        yield return Integer("s8_state16", DType.Int16, batch: 1, depth: 9, filters: 8, memory: 5, rank: 2);
        yield return Integer("s8_state16_batch3", DType.Int16, batch: 3, depth: 3, filters: 3, memory: 1, rank: 3);
        yield return Integer("s8_state16_saturates", DType.Int16, batch: 1, depth: 8, filters: 2, memory: 3, rank: 1, stateScale: 1e-5f);
        yield return Integer("s8_relu", DType.Int16, batch: 1, depth: 8, filters: 4, memory: 3, rank: 1, clamp: Clamp.Relu);
        yield return Float("f32", batch: 1, depth: 5, filters: 4, memory: 3, rank: 1, Clamp.None);
        yield return Float("f32_rank2_batch2_relu", batch: 2, depth: 4, filters: 6, memory: 4, rank: 2, Clamp.Relu);
        yield return Float("f32_relu6_memory1", batch: 1, depth: 3, filters: 4, memory: 1, rank: 4, Clamp.Relu6);
    }

    private static CaseSpec Integer(
        string name, DType stateType, int batch, int depth, int filters, int memory, int rank, float stateScale = 0, int stateZero = 0, Clamp? clamp = null)
    {
        Seeded random = RecurrentCase.Random(name);
        GraphBuilder b = new(name);
        float stateStep = stateScale > 0 ? stateScale : stateType == DType.Int8 ? 0.05f : 0.0003f;
        float timeStep = stateType == DType.Int8 ? 0.01f : 0.00004f;
        Quantization time = new(timeStep, 0);
        Value x = b.Input("x", DType.Int8, [batch, depth], new Quantization(0.03f, -6));
        Value wf = GraphBuilder.Const("wf", random.Tensor(DType.Int8, new Shape(filters, depth), -127, 127), new Quantization(0.012f, 0));
        Value wt = GraphBuilder.Const("wt", random.Tensor(stateType, new Shape(filters, memory)), time);
        Value bias = GraphBuilder.Const("b", random.Tensor(DType.Int32, new Shape(filters / rank), -2000, 2000), new Quantization(stateStep * timeStep, 0));
        Value state = GraphBuilder.State("s", stateType, [batch, filters * memory], new Quantization(stateStep, stateZero));
        Quantization y = new(0.04f, clamp is null ? -11 : -128);
        b.Output(b.Op(new Svdf(rank, clamp ?? Clamp.None), "y", y, x, wf, wt, bias, state));
        return new CaseSpec("svdf", name, b.Graph, [random.Tensor(DType.Int8, new Shape(6, batch, depth))]);
    }

    private static CaseSpec Float(string name, int batch, int depth, int filters, int memory, int rank, Clamp clamp)
    {
        Seeded random = RecurrentCase.Random(name);
        GraphBuilder b = new(name);
        Value x = b.Input("x", DType.Float32, [batch, depth]);
        Value wf = GraphBuilder.Const("wf", random.Tensor(DType.Float32, new Shape(filters, depth), -1, 1));
        Value wt = GraphBuilder.Const("wt", random.Tensor(DType.Float32, new Shape(filters, memory), -1, 1));
        Value bias = GraphBuilder.Const("b", random.Tensor(DType.Float32, new Shape(filters / rank), -1, 1));
        Value state = GraphBuilder.State("s", DType.Float32, [batch, filters * memory]);
        b.Output(b.Op(new Svdf(rank, clamp), "y", null, x, wf, wt, bias, state));
        return new CaseSpec("svdf", name, b.Graph, [random.Tensor(DType.Float32, new Shape(5, batch, depth))]);
    }
}
