namespace TinyNano.Managed.Tests.Engines;

/// <summary>Something that runs blobs. All of them must give the same bytes and refuse a blob with the same status.</summary>
public interface ITestEngine
{
    string Name { get; }

    /// <summary>Opens a blob; <see cref="RefusedException"/> where the engine refuses it.</summary>
    ITestModel Open(byte[] blob);
}

/// <summary>An open blob. Records and outputs are raw little-endian bytes, all inputs (outputs) one after another.</summary>
public interface ITestModel : IDisposable
{
    int RecordBytes { get; }

    byte[] Run(byte[] record);

    void Reset();

    /// <summary>Whether the golden vectors of the blob come out.</summary>
    bool Prove();
}

/// <summary>The answer of an engine that does not open a blob. Step and tensor are null where it does not know them.</summary>
public sealed class RefusedException : Exception
{
    public RefusedException(int status, int? step, int? tensor)
        : base($"status {status}, step {step?.ToString() ?? "?"}, tensor {tensor?.ToString() ?? "?"}")
    {
        Status = status;
        Step = step;
        Tensor = tensor;
    }

    public int Status { get; }

    public int? Step { get; }

    public int? Tensor { get; }
}
