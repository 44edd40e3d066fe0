using System.Globalization;

namespace TinyNano.Simulator;

/// <summary>What a code means and what to do.</summary>
public sealed record Explanation(string Code, string Name, string Meaning, string Cure);

/// <summary>The sentences behind the runtime's numbers. docs/SPEC.md has the same table, and a contract test compares.</summary>
public static class Explanations
{
    public static IReadOnlyList<Explanation> Statuses { get; } =
    [
        new("0", "TN_OK", "success", "nothing to do"),
        new("-1", "TN_ERR_ARG", "the caller broke the API contract", "fix the caller"),
        new("-2", "TN_ERR_FORMAT", "structure out of bounds or out of order", "emit the blob again; suspect the transfer"),
        new("-3", "TN_ERR_VERSION", "blob version or kernel ABI unknown to this runtime", "compile the model again, or update the firmware"),
        new("-4", "TN_ERR_CHECKSUM", "bytes changed after emission", "transfer the blob again"),
        new("-5", "TN_ERR_OP", "operator not in this image", "enable TN_OP_<NAME> in the firmware, or avoid the operator"),
        new("-6", "TN_ERR_LIMIT", "valid, but beyond a build limit", "raise the limit, or shrink the model"),
        new("-7", "TN_ERR_ARENA", "arena too small or misaligned", "see `tinynano plan` for the size it needs"),
        new("-8", "TN_ERR_TYPE", "operator in this image, but not for these element types", "build the firmware with TN_FLOAT or TN_INT16, or quantise the model to int8"),
        new("-9", "TN_ERR_PROOF", "golden vectors of the blob do not come out on this device", "do not use the blob; suspect the kernels or the compiler's target"),
        new("-10", "TN_ERR_EMPTY", "no model in the slot", "write a model into the slot, see docs/DEVICE.md"),
        new("-11", "TN_ERR_FLASH", "the flash refused an erase or a write", "check the partition table or flash map; suspect worn flash"),
        new("-12", "TN_ERR_TARGET", "blob packed for another target", "compile with --target portable, or for the device's target"),
        new("-13", "TN_ERR_MANIFEST", "manifest is malformed", "sign the model again; suspect the transfer"),
        new("-14", "TN_ERR_KEY", "key of the manifest is not in the firmware", "sign with a key that `tinynano keys show` and the firmware's table have in common"),
        new("-15", "TN_ERR_REVOKED", "key of the manifest has been revoked", "sign with a key that is still trusted"),
        new("-16", "TN_ERR_SIGNATURE", "signature of the manifest is wrong", "sign the manifest again; suspect an attack if it was not changed on purpose"),
        new("-17", "TN_ERR_COUNTER", "security counter is below the device's", "sign with a counter at least as high as the device's"),
        new("-18", "TN_ERR_STALE", "manifest was issued before the one that the device accepted last", "sign the model again"),
        new("-19", "TN_ERR_HARDWARE", "manifest is for another hardware class", "push to devices of that class, or sign for this one"),
        new("-20", "TN_ERR_SIZE", "blob does not fit the slot", "shrink the model, or enlarge the slots"),
        new("-21", "TN_ERR_HASH", "stored bytes are not those that were signed", "push again; suspect the server or the flash"),
        new("-22", "TN_ERR_MISMATCH", "header of the blob says otherwise than the manifest", "sign the blob again with `tinynano sign`"),
        new("-23", "TN_ERR_LATENCY", "proof took longer than the manifest allows", "a faster model, or a larger latency budget"),
        new("-24", "TN_ERR_HEALTH", "candidate failed its trial", "see the device's telemetry; do not push this model again"),
        new("-25", "TN_ERR_RESTARTS", "device restarted too often during the trial", "suspect the model's latency or memory; see the device's log"),
        new("-26", "TN_ERR_WITHDRAWN", "publisher has withdrawn the model", "push another model"),
        new("-27", "TN_ERR_STATE", "not possible in this state of the update", "wait until the update under way has ended"),
        new("-28", "TN_ERR_TIMEOUT", "server did not answer", "check that `tinynano serve` runs and reaches the broker"),
        new("-29", "TN_ERR_CRYPTO", "firmware cannot verify signatures", "build the firmware with mbedTLS and TN_UPDATE"),
        new("-30", "TN_ERR_SHADOW", "candidate disagreed with the confirmed model too often", "look at samples where the two differ"),
    ];

    /// <summary>The stages that diagnostic ids are grouped by.</summary>
    private static readonly (string Prefix, string Stage, string Cure)[] Stages =
    [
        ("TN10", "TFLite or model file: structure", "check that the file is complete and of the format its name says"),
        ("TN11", "TFLite import: operators", "see `tinynano ops` for what this version accepts"),
        ("TN12", "ONNX file: structure", "check that the file is complete; export it again"),
        ("TN13", "ONNX import: operators", "see `tinynano ops` for what this version accepts"),
        ("TN20", "text form of the IR", "the message gives line and column"),
        ("TN21", "passes", "the message names the node"),
        ("TN24", "lowering to device operators", "see `tinynano ops`; quantise the model or avoid the operator"),
        ("TN30", "samples and labels", "check --input-type, --record and --stride"),
        ("TN31", "quantisation", "look at the per-layer report; try another --calibration or int16x8"),
        ("TN4", "memory plan", "see `tinynano plan`"),
        ("TN51", "C source", "compile the model with --target portable"),
        ("TN5", "blob", "emit it again with `tinynano compile`"),
        ("TN60", "keys and signatures", "`tinynano keys show` says what a file holds; see docs/SECURITY.md"),
        ("TN61", "manifests", "sign the model again with `tinynano sign`; docs/PROTOCOL.md has every field"),
        ("TN62", "deltas", "see docs/PROTOCOL.md, Parts; `tinynano diff` shows what would travel"),
        ("TN6", "fleet", "see docs/PROTOCOL.md"),
        ("TN71", "device code: what the CLR cannot run", "`tinynano lint` names the place and what to write instead"),
        ("TN72", "device code: what the CLR runs otherwise than the desk", "`tinynano lint` names the place and what to write instead"),
        ("TN73", "device code: assemblies with externs", "keep externs in an assembly of their own; see nf-interop/README.md"),
    ];

    /// <summary>The explanation of a status number or a diagnostic id; null where there is none.</summary>
    public static Explanation? Find(string code)
    {
        if (int.TryParse(code, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number))
        {
            string text = number.ToString(CultureInfo.InvariantCulture);
            return Statuses.FirstOrDefault(s => s.Code == text);
        }

        if (Statuses.FirstOrDefault(s => s.Name.Equals(code, StringComparison.OrdinalIgnoreCase)) is Explanation status)
        {
            return status;
        }

        string id = code.ToUpperInvariant();
        return id.Length == 6 && id[2..].All(char.IsAsciiDigit) && Stages.FirstOrDefault(s => id.StartsWith(s.Prefix, StringComparison.Ordinal)) is { Stage: not null } stage
            ? new Explanation(id, stage.Stage, $"a message of the stage '{stage.Stage}'", stage.Cure)
            : null;
    }
}
