using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.Emit;
using TinyNano.Contracts;
using TinyNano.Fleet.Delta;

namespace TinyNano.Fleet.Signing;

/// <summary>Makes manifests and signs them. The same blob and options give the same bytes, but for the signature.</summary>
public static class ManifestBuilder
{
    private const int MaxShort = 65535;

    /// <summary>A manifest that installs a blob, not yet signed.</summary>
    /// <param name="file">Names the blob in messages.</param>
    /// <exception cref="FleetException">TN6101: an option is out of range; TN6201: the blob cannot be cut into such chunks.</exception>
    /// <exception cref="CompileException">TN5001: this is no blob, or a damaged one.</exception>
    public static UpdateManifest Install(byte[] blob, string file, ManifestOptions options)
    {
        Blob read = BlobReader.Read(blob, file);
        PartLayout layout = new(blob.Length, options.ChunkBytes);
        UpdateManifest manifest = Begin(ManifestKind.Install, options);
        FillFrom(manifest, blob);
        manifest.ChunkBytes = layout.ChunkBytes;
        manifest.Chunks = layout.Chunks;
        manifest.LatencyBudget = (uint)InRange(options.LatencyBudget.Ticks / TimeSpan.TicksPerMicrosecond, uint.MaxValue, "--latency-budget", "microseconds");
        manifest.HealthSeconds = (int)InRange(options.Health.Ticks / TimeSpan.TicksPerSecond, MaxShort, "--health", "seconds");
        if (options.Shadow is ShadowOptions shadow)
        {
            manifest.ShadowEvery = (int)InRange(shadow.Every, MaxShort, "--shadow", "samples from one comparison to the next");
            manifest.ShadowSamples = (int)InRange(shadow.Samples, MaxShort, "--shadow", "samples to compare");
            manifest.ShadowAgreement = (int)InRange(shadow.Agreement, 100, "--shadow", "percent");
        }

        manifest.Model = Cut(read.Name);
        SHA256.HashData(blob).CopyTo(manifest.BlobHash, 0);
        ChunkIndex.Root(ChunkIndex.Of(blob, layout.ChunkBytes)).CopyTo(manifest.IndexRoot, 0);
        return manifest;
    }

    /// <summary>A manifest that lets devices go back to the model with this SHA-256; null for whatever their other slot has.</summary>
    public static UpdateManifest Revert(byte[]? hash, string model, ManifestOptions options) => Named(ManifestKind.Revert, hash ?? new byte[UpdateManifest.HashBytes], model, options);

    /// <summary>A manifest that withdraws the model with this SHA-256.</summary>
    public static UpdateManifest Revoke(byte[] hash, string model, ManifestOptions options) => Named(ManifestKind.Revoke, hash, model, options);

    /// <summary>Fills in key and signature, and gives the 256 bytes.</summary>
    /// <exception cref="FleetException">TN60xx: the signer cannot sign.</exception>
    public static byte[] Sign(UpdateManifest manifest, ISigner signer)
    {
        signer.Key.Id.CopyTo(manifest.Key, 0);
        Array.Clear(manifest.Signature);
        byte[] bytes = new byte[UpdateManifest.Bytes];
        manifest.Encode(bytes);
        signer.Sign(Digest(bytes)).CopyTo(manifest.Signature, 0);
        manifest.Encode(bytes);
        return bytes;
    }

    /// <summary>The SHA-256 that the signature is over.</summary>
    public static byte[] Digest(ReadOnlySpan<byte> manifest) => SHA256.HashData(manifest[..UpdateManifest.SignedBytes]);

    /// <summary>The session of a manifest: the first four bytes of the SHA-256 of all of it.</summary>
    public static uint Session(ReadOnlySpan<byte> manifest) => BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(manifest));

    /// <summary>Copies what a manifest repeats of the header of a blob.</summary>
    internal static void FillFrom(UpdateManifest manifest, ReadOnlySpan<byte> blob)
    {
        manifest.BlobBytes = BinaryPrimitives.ReadUInt32LittleEndian(blob[8..]);
        manifest.BlobCrc = BinaryPrimitives.ReadUInt32LittleEndian(blob[12..]);
        manifest.ArenaBytes = BinaryPrimitives.ReadUInt32LittleEndian(blob[16..]);
        manifest.ModelVersion = BinaryPrimitives.ReadUInt32LittleEndian(blob[24..]);
        manifest.KernelAbi = BinaryPrimitives.ReadUInt16LittleEndian(blob[28..]);
        manifest.Types = BinaryPrimitives.ReadUInt16LittleEndian(blob[30..]);
        blob.Slice(32, UpdateManifest.OperatorBytes).CopyTo(manifest.Operators);
        manifest.Target = blob[52];
    }

    private static UpdateManifest Named(int kind, byte[] hash, string model, ManifestOptions options)
    {
        UpdateManifest manifest = Begin(kind, options);
        manifest.Model = Cut(model);
        hash.CopyTo(manifest.BlobHash, 0);
        return manifest;
    }

    private static UpdateManifest Begin(int kind, ManifestOptions options)
    {
        int bytes = Encoding.UTF8.GetByteCount(options.Hardware);
        if (bytes > UpdateManifest.TextBytes)
        {
            throw new FleetException("TN6101", $"--hardware '{options.Hardware}' has {bytes} bytes; the manifest holds {UpdateManifest.TextBytes}", hint: "name the hardware class as the firmware does (TN_HARDWARE_CLASS)");
        }

        return new UpdateManifest
        {
            Kind = kind,
            Rollout = options.Rollout,
            Counter = options.Counter,
            Issued = (uint)InRange(options.Issued.ToUnixTimeSeconds(), uint.MaxValue, "--issued", "seconds since 1970"),
            Hardware = options.Hardware,
        };
    }

    private static long InRange(long value, long most, string option, string unit) => value >= 0 && value <= most ? value
        : throw new FleetException("TN6101", $"{option}: {value} {unit}; the manifest holds 0 .. {most}");

    // At most 24 bytes, cut at the end of a character.
    private static string Cut(string text)
    {
        StringBuilder kept = new();
        int bytes = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > UpdateManifest.TextBytes)
            {
                break;
            }

            kept.Append(rune.ToString());
        }

        return kept.ToString();
    }
}
