namespace TinyNano.Demo.OverTheAir;

/// <summary>A model that was pushed to the device, and what became of it.</summary>
/// <param name="What">In words, what was pushed.</param>
/// <param name="Version">Of the model that was pushed.</param>
/// <param name="BlobBytes">Size of the model; 0 where none was meant to travel.</param>
/// <param name="Said">What the device said of it, in order.</param>
/// <param name="DeviceSeconds">Of the device, from the push to the end.</param>
/// <param name="StillAnswers">Images answered afterwards, all by the model that should run.</param>
/// <param name="Wrong">Of these, answers that are not the desk's.</param>
/// <param name="Strangers">Results of another model meanwhile.</param>
public sealed record UpdatePush(
    string What, uint Version, int BlobBytes, IReadOnlyList<UpdateSaid> Said, double DeviceSeconds, int StillAnswers, int Wrong, int Strangers)
{
    /// <summary>Confirmed, reverted or refused.</summary>
    public string End => Said[^1].State;

    /// <summary>Status code of the end; 0 for none.</summary>
    public int Status => Said[^1].Status;

    /// <summary>Parts of it that got into the flash.</summary>
    public int PartsStored => Said.Max(s => s.PartsStored);

    public int Parts => Said.Max(s => s.Parts);

    /// <summary>Payload bytes of the parts that came.</summary>
    public uint BytesReceived => Said.Max(s => s.BytesReceived);
}

/// <summary>Models over the air to a device that goes on working.</summary>
/// <param name="Key">Id of the signing key, made for the run.</param>
/// <param name="Images">Images that the device sees again and again.</param>
/// <param name="Before">Share of right answers that arrived over MQTT while version 1 ran.</param>
/// <param name="After">While version 2 ran, on the same images.</param>
/// <param name="DeskBefore">What version 1 gets right at the desk, on the same images.</param>
/// <param name="DeskAfter">Version 2.</param>
/// <param name="Pushes">The update, then what must not get in.</param>
/// <param name="Starts">Of the device; 1 where it never restarted.</param>
/// <param name="Faults">Exceptions in the application.</param>
public sealed record UpdateDemoResult(
    string Key, int Images, double Before, double After, double DeskBefore, double DeskAfter, IReadOnlyList<UpdatePush> Pushes,
    double DeviceSeconds, double WallSeconds, int Starts, IReadOnlyList<string> Faults)
{
    /// <summary>Everything ended as it must: version 2 confirmed, all else refused, and each answer the desk's.</summary>
    public bool AsExpected => Before == DeskBefore && After == DeskAfter && Faults.Count == 0 && Pushes[0].End == "confirmed"
        && Pushes.Skip(1).All(p => p.End is "refused" or "reverted" && p.Status != 0 && p.StillAnswers > 0 && p.Wrong == 0 && p.Strangers == 0);
}
