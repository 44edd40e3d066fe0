using TinyNano.Compiler.IR;
using TinyNano.Compiler.Quantize;
using TinyNano.Compiler.Samples;
using TinyNano.Simulator.Evaluation;
using TinyNano.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace TinyNano.Simulator.Tests;

/// <summary>
/// The MLPerf Tiny models on their recordings, through the real C runtime: the int8 models reach exactly the figures of
/// TensorFlow Lite Micro's reference kernels, and the float models, calibrated on every second recording, stay close to these
/// and to their own float meaning.
/// </summary>
public sealed class MlperfAccuracyTests
{
    /// <summary>What quantisation may cost against the float model: one point.</summary>
    private const double MostLoss = 0.01;

    private readonly ITestOutputHelper _output;

    public MlperfAccuracyTests(ITestOutputHelper output) => _output = output;

    [SharedTheory]
    [InlineData("kws", "kws_ref_model.tflite", 0.893)]
    [InlineData("ic", "pretrainedResnet_quant.tflite", 0.900)]
    [InlineData("vww", "vww_96_int8.tflite", 0.859)]
    [InlineData("ad", "ad01_int8.tflite", 0.804)]
    public void Int8Model_GivesTheFigureOfTheReferenceKernels(string task, string model, double expected)
    {
        // Bytes are the models' own numbers here, so that no scale is given.
        SampleFormat format = Format(task) with { Scale = null, Zero = 0 };
        byte[] blob = ImportedModels.Compile(SharedData.File("models", model)).Blob;

        double value = Evaluate(blob, task, format);

        Assert.Equal(expected, Math.Round(value, 3));
    }

    [SharedTheory]
    [InlineData("kws", "kws_ref_model_float32.tflite", 0.893 - 0.005)]
    [InlineData("ic", "pretrainedResnet_float.tflite", 0.900 - 0.005)]
    [InlineData("vww", "vww_96_float.tflite", 0.859 - 0.005)]
    [InlineData("ad", "ad01_fp32.tflite", 0.804 - 0.01)]
    public void FloatModel_QuantisedWithHalfOfTheSamples_KeepsItsAccuracy(string task, string model, double least)
    {
        CompileJobResult result = Quantise(task, model);
        double real = EvaluateReal(result.Optimised, task);

        double value = Evaluate(result.Model.Blob, task, Format(task));

        _output.WriteLine($"{task,-4} float {real:F4}   int8 {value:F4}   required {Math.Max(least, real - MostLoss):F4}   blob {result.Model.Blob.Length:N0} B");
        _output.WriteLine($"     {result.Quantization!.Summary(result.Types)}");
        Assert.DoesNotContain(result.Diagnostics.Items, d => d.Id == "TN3101");
        Assert.True(value >= least, $"{value:F4} is below {least:F4}");
        Assert.True(value >= real - MostLoss, $"{value:F4}; the float model has {real:F4}");
    }

    [SharedFact]
    public void QuantizedInterpreter_PredictsTheRuntime()
    {
        CompileJobResult result = Quantise("kws", "kws_ref_model_float32.tflite");
        QuantizedInterpreter interpreter = new(result.Model.Graph);
        IoCodec codec = new(Compiler.Emit.BlobReader.Read(result.Model.Blob), Format("kws"));
        SampleFile samples = Samples("kws", Format("kws"));
        using HostModel model = new(result.Model.Blob);
        int same = 0;
        for (int i = 0; i < samples.Records; i++)
        {
            float[] predicted = interpreter.Run([Tensor.Of(result.Model.Graph.Inputs[0].Shape, samples.Real(i))])[0].Floats;
            float[] actual = codec.Decode(model.Run(codec.Encode(samples.Raw(i))));
            same += Metrics.ArgMax(predicted) == Metrics.ArgMax(actual) ? 1 : 0;
        }

        Assert.InRange(same, samples.Records * 98 / 100, samples.Records);
    }

    private static CompileJobResult Quantise(string task, string model) => CompileJob.Run(new CompileSettings
    {
        ModelPath = SharedData.File("models", model),
        SamplesPath = SharedData.File("mlperf-tiny", task, "inputs.bin"),
        SampleFormat = Format(task),
        SampleStep = 2,
        Check = true,
    });

    private static SampleFormat Format(string task) => task switch
    {
        "kws" => new SampleFormat { Type = DType.Int8, Scale = 0.5847029089927673f, Zero = 83 },
        "ic" => new SampleFormat { Type = DType.UInt8, Scale = 1 }, // this model takes 0 .. 255
        "vww" => new SampleFormat { Type = DType.UInt8 },
        _ => new SampleFormat { RecordValues = 25600, Stride = 128 },
    };

    private static SampleFile Samples(string task, SampleFormat format)
    {
        int values = task switch { "kws" => 490, "ic" => 32 * 32 * 3, "vww" => 96 * 96 * 3, _ => 640 };
        return SampleFile.Open(SharedData.File("mlperf-tiny", task, "inputs.bin"), format, values);
    }

    private static int[] Labels(string task) => LabelFile.Read(SharedData.File("mlperf-tiny", task, "labels.csv"));

    private static double Evaluate(byte[] blob, string task, SampleFormat format) =>
        Evaluator.Run(blob, Engine.Host, Samples(task, format), format, Labels(task), task == "ad" ? Metric.Auc : Metric.Accuracy).Value;

    private static double EvaluateReal(Graph graph, string task)
    {
        SampleFile samples = Samples(task, Format(task));
        int[] labels = Labels(task);
        Interpreter interpreter = new(graph);
        float[] Output(float[] x) => interpreter.Run([Tensor.Of(graph.Inputs[0].Shape, x)])[0].Floats;
        double[] scores = new double[samples.Records];
        Parallel.For(0, samples.Records, new ParallelOptions { MaxDegreeOfParallelism = 2 }, record =>
        {
            for (int window = 0; task == "ad" && window < samples.WindowsPerRecord; window++)
            {
                float[] x = samples.Real(record, window);
                scores[record] += Metrics.MeanSquaredError(x, Output(x)) / samples.WindowsPerRecord;
            }

            if (task != "ad")
            {
                scores[record] = Metrics.ArgMax(Output(samples.Real(record))) == labels[record] ? 1 : 0;
            }
        });
        return task == "ad" ? Metrics.Auc(scores, labels) : scores.Average();
    }
}
