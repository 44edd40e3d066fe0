using TinyNano.Compiler.IR;
using TinyNano.Inference;
using TinyNano.Managed.Tests.Loading;
using TinyNano.Managed.Tests.Steps;
using TinyNano.NanoPlatform;
using TinyNano.TestKit;

namespace TinyNano.Managed.Tests;

/// <summary>Numbers about inputs and reference histograms: both engines give the same, and they are those that tn_device.h defines.</summary>
public sealed class InputWatchTests : IDisposable
{
    private const int Most = 8;
    private const int Rounds = 1500;
    private readonly VirtualBoard _board = new(new BoardSettings { StateFolder = Path.GetTempPath(), SlotBytes = 0, ArenaBytes = 1 << 20 });

    public void Dispose() => _board.Dispose();

    [Fact]
    public void Features_OfRandomInputs_AreEqualOnBothEngines()
    {
        const int Seed = 20261124;
        Seeded random = new(Seed);
        for (int round = 0; round < Rounds; round++)
        {
            DType type = random.OneIn(2) ? DType.Int8 : DType.UInt8;
            int[] dims = random.OneIn(3) ? [1, random.Int(1, 100), random.Int(1, 60), random.Int(1, 6)] : random.Dims(random.Int(1, 4), 9);
            byte[] input = new byte[dims.Aggregate(1, (product, dim) => product * dim)];
            int spread = random.Of(0, 3, 40, 255);
            int from = random.Int(0, 255);
            for (int i = 0; i < input.Length; i++)
            {
                input[i] = (byte)(from + random.Int(0, spread));
            }

            byte[] blob = InputBlob.Make(type, null, dims);
            int[] managed = Managed(blob, input);
            string what = $"seed {Seed}, round {round}: {type} [{string.Join(",", dims)}]";
            Assert.True(managed.SequenceEqual(Native(blob, input)), what);
            Assert.True(managed.SequenceEqual(Defined(type, dims[^1], input)), what);
            Assert.True(managed.SequenceEqual(Simulator.Watching.InputFeatures.Of(input, type, new Shape(dims))), what + ", the desk's");
        }
    }

    [Fact]
    public void Features_OfOneChannel()
    {
        byte[] input = [0x80, 0, 1, 3, 0x7F];

        // Mean 3/5; differences 128, 1, 2, 124; two of five at the ends.
        int[] expected = [154, (33075 + 153 + 102 + 614 + 32358 + 2) / 5, 255 * 64, 102];
        Assert.Equal(expected[0], Managed(InputBlob.Make(DType.Int8, null, 1, 5), input)[0]);
        Assert.Equal(expected[2..], Managed(InputBlob.Make(DType.Int8, null, 1, 5), input)[2..]);
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Int16)]
    public void OtherInputs_HaveNone(DType type)
    {
        byte[] blob = InputBlob.Make(type, null, 2, 3);
        byte[] input = new byte[6 * type.Size()];
        Assert.Empty(Managed(blob, input));
        Assert.Empty(Native(blob, input));
    }

    [Fact]
    public void ShortArray_OrWrongInput_IsRefusedByBoth()
    {
        byte[] blob = InputBlob.Make(DType.Int8, null, 5, 2);
        using ManagedEngine managed = new();
        managed.Open(blob);
        _board.Run(() =>
        {
            using NativeEngine native = new();
            native.Open(blob);
            foreach (IEngine engine in new IEngine[] { managed, native })
            {
                ManagedEngineTests.Refuses(InferenceStatus.Arg, () => engine.InputFeatures(0, new int[3]));
                ManagedEngineTests.Refuses(InferenceStatus.Arg, () => engine.InputFeatures(1, new int[8]));
                ManagedEngineTests.Refuses(InferenceStatus.Arg, () => engine.InputFeatures(-1, new int[8]));
                Assert.Equal(4, engine.InputFeatures(0, new int[4]));
            }
        });
    }

    [Fact]
    public void Reference_IsSection9_FromItsBegin()
    {
        byte[] histograms = [.. Enumerable.Range(1, 21).Select(i => (byte)i)];
        byte[] with = InputBlob.Make(DType.Int8, histograms, 2);
        byte[] without = InputBlob.Make(DType.Int8, null, 2);
        _board.Run(() =>
        {
            foreach (IEngine engine in new IEngine[] { new ManagedEngine(), new NativeEngine() })
            {
                using Model model = Model.Open(engine, with);
                byte[] data = new byte[30];
                Assert.Equal(21, model.Reference(data, 2, 28));
                Assert.Equal([0, 0, .. histograms, 0, 0, 0, 0, 0, 0, 0], data);
                Assert.Equal(4, model.Reference(data, 0, 4));
                Assert.Equal([1, 2, 3, 4, 3], data[..5]);
                Assert.Equal(0, model.Reference(data, 30, 0));
                ManagedEngineTests.Refuses(InferenceStatus.Arg, () => model.Reference(data, 3, 28));
                ManagedEngineTests.Refuses(InferenceStatus.Arg, () => model.Reference(data, -1, 2));
            }

            foreach (IEngine engine in new IEngine[] { new ManagedEngine(), new NativeEngine() })
            {
                using Model model = Model.Open(engine, without);
                Assert.Equal(0, model.Reference(new byte[4], 0, 4));
            }
        });
    }

    private static int[] Managed(byte[] blob, byte[] input)
    {
        using Model model = Model.Open(new ManagedEngine(), blob);
        return Read(model, input);
    }

    private int[] Native(byte[] blob, byte[] input)
    {
        int[] features = [];
        _board.Run(() =>
        {
            using Model model = Model.Open(new NativeEngine(), blob);
            features = Read(model, input);
        });
        return features;
    }

    private static int[] Read(Model model, byte[] input)
    {
        int[] features = new int[Most];
        model.SetInput(0, input);
        return features[..model.InputFeatures(0, features)];
    }

    // tn_device.h, word for word, in exact arithmetic.
    private static int[] Defined(DType type, int last, byte[] input)
    {
        int channels = last is >= 2 and <= 4 ? last : 1;
        int positions = input.Length / channels;
        int stride = positions <= 1024 ? 1 : (positions + 1023) / 1024 | 1;
        int V(int position, int channel) => type == DType.Int8 ? (sbyte)input[position * channels + channel] : input[position * channels + channel] - 128;
        int[] looked = [.. Enumerable.Range(0, positions).Where(p => p % stride == 0)];
        List<int> means = [];
        List<int> changes = [];
        for (int c = 0; c < channels; c++)
        {
            means.Add(Rounded(looked.Select(p => 256m * V(p, c))));
            changes.Add(Rounded(looked.Where(p => p + 1 < positions).Select(p => 256m * Math.Abs(V(p + 1, c) - V(p, c)))));
        }

        if (channels > 1)
        {
            return [.. means, .. changes];
        }

        int spread = Rounded(looked.Select(p => Math.Abs(256m * V(p, 0) - means[0])));
        int ends = Rounded(looked.Select(p => V(p, 0) is -128 or 127 ? 256m : 0m));
        return [means[0], spread, changes[0], ends];
    }

    private static int Rounded(IEnumerable<decimal> values)
    {
        decimal[] all = [.. values];
        return all.Length == 0 ? 0 : (int)Math.Min(32767, Math.Floor(all.Sum() / all.Length + 0.5m));
    }
}
