namespace TinyNano.Demo;

/// <summary>What can happen to a camera.</summary>
public enum CorruptionKind
{
    None,
    Blur,
    MotionBlur,
    Brighter,
    Darker,
    Contrast,
    Noise,
    Occlusion,
    Rotation,
    Scale,
    Shift,
    DeadPixels,
}

/// <summary>A fault of a camera, the same for all of its images: what, how bad (1 .. 3), and which of its kind (a seed).</summary>
public sealed class Corruption
{
    public const int Severities = 3;

    // By severity: standard deviation in pixels, length of the path, levels added, factors, deviation in levels, edge in pixels, degrees, factor, pixels.
    private static readonly Dictionary<CorruptionKind, double[]> Amounts = new()
    {
        [CorruptionKind.None] = [0, 0, 0],
        [CorruptionKind.Blur] = [0.7, 1.0, 1.5],
        [CorruptionKind.MotionBlur] = [3, 5, 9],
        [CorruptionKind.Brighter] = [16, 32, 64],
        [CorruptionKind.Darker] = [0.8, 0.6, 0.4],
        [CorruptionKind.Contrast] = [0.8, 0.6, 0.4],
        [CorruptionKind.Noise] = [8, 16, 32],
        [CorruptionKind.Occlusion] = [6, 9, 12],
        [CorruptionKind.Rotation] = [10, 20, 40],
        [CorruptionKind.Scale] = [0.85, 0.7, 0.5],
        [CorruptionKind.Shift] = [2, 4, 6],
        [CorruptionKind.DeadPixels] = [4, 12, 36],
    };

    private readonly int _width;
    private readonly int _height;
    private readonly double _amount;
    private readonly Random _random;
    private readonly double _angle;
    private readonly int _left;
    private readonly int _top;
    private readonly (int At, byte Value)[] _stuck;

    /// <param name="severity">1 .. 3; of no meaning for none.</param>
    public Corruption(CorruptionKind kind, int severity, int seed, int width = 28, int height = 28)
    {
        Kind = kind;
        Severity = severity;
        _width = width;
        _height = height;
        _amount = Amounts[kind][severity - 1];
        _random = new Random(seed);
        _angle = _random.NextDouble() * Math.PI;
        int edge = kind == CorruptionKind.Occlusion ? (int)_amount : 0;
        _left = (width - edge) / 2 + _random.Next(-3, 4);
        _top = (height - edge) / 2 + _random.Next(-3, 4);
        _stuck = [.. Enumerable.Range(0, kind == CorruptionKind.DeadPixels ? (int)_amount : 0).Select(i => (_random.Next(width * height), (byte)(i % 2 == 0 ? 255 : 0)))];
    }

    public CorruptionKind Kind { get; }

    public int Severity { get; }

    /// <summary>How much, in the unit of the kind.</summary>
    public double Amount => _amount;

    /// <summary>An image as the broken camera takes it.</summary>
    public byte[] Apply(ReadOnlySpan<byte> image)
    {
        byte[] source = image.ToArray();
        return Kind switch
        {
            CorruptionKind.None => source,
            CorruptionKind.Blur => Gaussian(source),
            CorruptionKind.MotionBlur => Motion(source),
            CorruptionKind.Brighter => Each(source, v => v + _amount),
            CorruptionKind.Darker => Each(source, v => v * _amount),
            CorruptionKind.Contrast => Flatten(source),
            CorruptionKind.Noise => Each(source, v => v + _amount * Normal()),
            CorruptionKind.Occlusion => Cover(source),
            CorruptionKind.Rotation => Warp(source, Math.Cos(_amount * Math.PI / 180), Math.Sin(_amount * Math.PI / 180), 0, 0),
            CorruptionKind.Scale => Warp(source, 1 / _amount, 0, 0, 0),
            CorruptionKind.Shift => Warp(source, 1, 0, Math.Round(_amount * Math.Cos(2 * _angle)), Math.Round(_amount * Math.Sin(2 * _angle))),
            _ => Stick(source),
        };
    }

    private static byte[] Each(byte[] image, Func<double, double> level) => [.. image.Select(v => Level(level(v)))];

    private static byte Level(double value) => (byte)Math.Clamp(Math.Round(value), 0, 255);

    private byte[] Flatten(byte[] image)
    {
        double mean = image.Average(v => (double)v);
        return Each(image, v => mean + _amount * (v - mean));
    }

    private byte[] Gaussian(byte[] image)
    {
        int reach = (int)Math.Ceiling(3 * _amount);
        double[] weights = [.. Enumerable.Range(-reach, 2 * reach + 1).Select(i => Math.Exp(-i * i / (2 * _amount * _amount)))];
        double total = weights.Sum();
        double[] rows = new double[image.Length];
        for (int i = 0; i < image.Length; i++)
        {
            rows[i] = Enumerable.Range(-reach, 2 * reach + 1).Sum(d => weights[d + reach] * At(image, i % _width + d, i / _width)) / total;
        }

        double Row(int x, int y) => rows[Math.Clamp(y, 0, _height - 1) * _width + x];
        return [.. Enumerable.Range(0, image.Length).Select(i => Level(Enumerable.Range(-reach, 2 * reach + 1).Sum(d => weights[d + reach] * Row(i % _width, i / _width + d)) / total))];
    }

    private byte[] Motion(byte[] image)
    {
        int steps = (int)_amount;
        return [.. Enumerable.Range(0, image.Length).Select(i => Level(Enumerable.Range(0, steps).Average(s =>
        {
            double d = s - (steps - 1) / 2.0;
            return Between(image, i % _width + d * Math.Cos(_angle), i / _width + d * Math.Sin(_angle));
        })))];
    }

    private byte[] Cover(byte[] image)
    {
        int edge = (int)_amount;
        for (int y = _top; y < Math.Min(_height, _top + edge); y++)
        {
            image.AsSpan(y * _width + _left, Math.Min(edge, _width - _left)).Clear();
        }

        return image;
    }

    private byte[] Stick(byte[] image)
    {
        foreach ((int at, byte value) in _stuck)
        {
            image[at] = value;
        }

        return image;
    }

    // Turned and scaled around the middle, then moved.
    private byte[] Warp(byte[] image, double a, double b, double dx, double dy)
    {
        double middleX = (_width - 1) / 2.0, middleY = (_height - 1) / 2.0;
        return [.. Enumerable.Range(0, image.Length).Select(i =>
        {
            double x = i % _width - middleX - dx, y = i / _width - middleY - dy;
            return Level(Between(image, middleX + a * x - b * y, middleY + b * x + a * y, outside: 0));
        })];
    }

    private double Between(byte[] image, double x, double y, double? outside = null)
    {
        if (outside is double value && (x < 0 || y < 0 || x > _width - 1 || y > _height - 1))
        {
            return value;
        }

        int x0 = (int)Math.Floor(x), y0 = (int)Math.Floor(y);
        double fx = x - x0, fy = y - y0;
        return (1 - fy) * ((1 - fx) * At(image, x0, y0) + fx * At(image, x0 + 1, y0)) + fy * ((1 - fx) * At(image, x0, y0 + 1) + fx * At(image, x0 + 1, y0 + 1));
    }

    private double At(byte[] image, int x, int y) => image[Math.Clamp(y, 0, _height - 1) * _width + Math.Clamp(x, 0, _width - 1)];

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
