using System.Buffers.Binary;
using System.Security.Cryptography;
using TinyNano.Contracts;
using TinyNano.NanoPlatform;

namespace TinyNano.VirtualDevice.Tests;

/// <summary>A signer, and what it signs: the manifest of a blob and its parts.</summary>
internal sealed class SignedUpdate
{
    private static readonly ECDsa Signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public SignedUpdate(byte[] blob, uint issued, int healthSeconds = 0, string hardware = "bench", int chunkBytes = 512, int kind = ManifestKind.Install)
    {
        UpdateManifest manifest = new() { Kind = kind, Rollout = 7, Issued = issued, Counter = 1, Hardware = hardware, Model = "test" };
        SHA256.HashData(blob).CopyTo(manifest.BlobHash, 0);
        if (kind == ManifestKind.Install)
        {
            manifest.ModelVersion = U32(blob, 24);
            manifest.BlobBytes = U32(blob, 8);
            manifest.BlobCrc = U32(blob, 12);
            manifest.ArenaBytes = U32(blob, 16);
            manifest.ChunkBytes = chunkBytes;
            manifest.Chunks = (blob.Length + chunkBytes - 1) / chunkBytes;
            manifest.HealthSeconds = healthSeconds;
            manifest.Target = blob[52];
            manifest.KernelAbi = blob[28] | blob[29] << 8;
            manifest.Types = blob[30] | blob[31] << 8;
            Array.Copy(blob, 32, manifest.Operators, 0, 16);
            byte[] index = [.. blob.Chunk(chunkBytes).SelectMany(chunk => SHA256.HashData(chunk)[..16])];
            SHA256.HashData(index).CopyTo(manifest.IndexRoot, 0);
            Parts = [.. index.Chunk(chunkBytes), .. blob.Chunk(chunkBytes)];
        }

        Key.Id.CopyTo(manifest.Key, 0);
        manifest.Encode(Manifest);
        Signer.SignHash(SHA256.HashData(Manifest.AsSpan(0, UpdateManifest.SignedBytes))).CopyTo(manifest.Signature, 0);
        manifest.Encode(Manifest);
        Session = U32(SHA256.HashData(Manifest), 0);
        Blob = blob;
    }

    /// <summary>The key that devices of the tests trust.</summary>
    public static TrustedKey Key { get; } = KeyOf(Signer);

    public byte[] Manifest { get; } = new byte[UpdateManifest.Bytes];

    public byte[][] Parts { get; } = [];

    public byte[] Blob { get; }

    public uint Session { get; }

    public static TrustedKey KeyOf(ECDsa key)
    {
        ECPoint q = key.ExportParameters(includePrivateParameters: false).Q;
        return new TrustedKey([.. q.X!, .. q.Y!]);
    }

    /// <summary>A raw part as the server sends it.</summary>
    public byte[] Message(int part)
    {
        byte[] data = Parts[part];
        byte[] message = new byte[PartMessage.FixedBytes + data.Length];
        new PartMessage { Session = Session, Part = part, Encoding = PartEncoding.Raw }.Encode(message, data, 0, data.Length);
        return message;
    }

    private static uint U32(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));
}
