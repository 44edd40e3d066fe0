using Microsoft.AspNetCore.SignalR;

namespace TinyNano.Studio.Live;

/// <summary>
/// What an open page listens to. Messages to the page: `devices` (changed lines of the overview), `point` (device, health point), `rollout` (number) and `samples`.
/// </summary>
internal sealed class StudioHub : Hub
{
    public const string FleetGroup = "fleet";
    private const int LongestName = 256;

    public static string DeviceGroup(string device) => "device/" + device;

    public Task WatchFleet() => Groups.AddToGroupAsync(Context.ConnectionId, FleetGroup);

    public Task LeaveFleet() => Groups.RemoveFromGroupAsync(Context.ConnectionId, FleetGroup);

    public Task WatchDevice(string device) => device.Length > LongestName ? throw new HubException("the name is too long") : Groups.AddToGroupAsync(Context.ConnectionId, DeviceGroup(device));

    public Task LeaveDevice(string device) => Groups.RemoveFromGroupAsync(Context.ConnectionId, DeviceGroup(device));
}
