namespace TinyNano.Demo.Fleets;

/// <summary>An alarm of the drift detection.</summary>
/// <param name="Samples">Samples of the device since its camera became wrong, until the alarm; of another device, since its start.</param>
/// <param name="Finding">What raised it.</param>
public sealed record FleetAlarm(string Device, long Samples, string Finding);

/// <summary>A fleet that is watched, and a bad model that is stopped.</summary>
/// <param name="Drifted">The device whose camera is wrong.</param>
/// <param name="Fault">What is wrong with it.</param>
/// <param name="Alarms">All devices that were in alarm when the camera's was found.</param>
/// <param name="GoodAccuracy">Of version 2 on 1,000 test images at the desk.</param>
/// <param name="BadAccuracy">Of version 3.</param>
/// <param name="Targets">Devices that the rollout was for.</param>
/// <param name="GotVersion3">Devices that ran version 3.</param>
/// <param name="Rollout">How the rollout ended.</param>
/// <param name="Reason">Why.</param>
/// <param name="Version3Samples">Inferences of version 3 that were reported, all devices together.</param>
/// <param name="BackOnVersion2">Devices that say they run version 2 at the end.</param>
/// <param name="Messages">Messages of devices that went into the database.</param>
/// <param name="Faults">Exceptions in the devices' applications.</param>
public sealed record FleetDemoResult(
    int Devices, string Drifted, string Fault, IReadOnlyList<FleetAlarm> Alarms, double GoodAccuracy, double BadAccuracy, int Targets, int GotVersion3,
    string Rollout, string Reason, long Version3Samples, int BackOnVersion2, long Messages, long Inferences, double AlarmSeconds, double RolloutSeconds, double DeviceSeconds, double WallSeconds,
    IReadOnlyList<string> Faults)
{
    /// <summary>The alarm names the one device and no other; the bad model got no further than a tenth, and nobody has it any more.</summary>
    public bool AsExpected => Alarms.Count == 1 && Alarms[0].Device == Drifted && Rollout == "Reverted" && GotVersion3 > 0 && GotVersion3 <= (int)Math.Ceiling(Targets * 0.1)
        && BackOnVersion2 == Devices && Faults.Count == 0;
}
