namespace TinyNano.Fleet.Rollouts;

/// <summary>Where a rollout is. Numbers are kept in databases and are never given another meaning.</summary>
public enum RolloutState
{
    /// <summary>Waits until a person approves its next stage.</summary>
    Waiting = 0,

    /// <summary>Offers the manifest to the devices of its stage and waits for them.</summary>
    Running = 1,

    /// <summary>Stopped by a person or by itself; can go on or be reverted. Devices under way are served further.</summary>
    Paused = 2,

    /// <summary>Devices that took the new model are told to go back.</summary>
    Reverting = 3,

    /// <summary>All who had taken it have gone back.</summary>
    Reverted = 4,

    /// <summary>The last stage has succeeded.</summary>
    Finished = 5,

    /// <summary>Ended by a person; nobody is offered the manifest any more, nobody goes back.</summary>
    Cancelled = 6,
}

/// <summary>Where a device of a rollout is. Up to <see cref="Refused"/> the numbers are those of the update message.</summary>
public enum RolloutDeviceState
{
    /// <summary>Its stage has not come.</summary>
    Idle = 0,
    Receiving = 1,
    Stored = 2,
    Shadow = 3,
    Trial = 4,
    Confirmed = 5,
    Reverted = 6,
    Refused = 7,

    /// <summary>The manifest is published to it; it has not answered.</summary>
    Offered = 16,

    /// <summary>It was told to go back, and has not said that it has.</summary>
    Recalled = 17,

    /// <summary>It had not taken the model when the rollout was taken back; it is not offered it any more.</summary>
    Dropped = 18,
}
