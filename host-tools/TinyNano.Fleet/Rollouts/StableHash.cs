using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace TinyNano.Fleet.Rollouts;

/// <summary>
/// Where a device stands among all, by its name alone: the same on every computer and for ever. Stages take the devices below a share, and
/// an A/B split the devices of an arm's share. Another salt gives an independent order.
/// </summary>
public static class StableHash
{
    /// <summary>From 0 to just below 1: the first four bytes, big-endian, of the SHA-256 of `SALT/DEVICE` in UTF-8, divided by 2^32.</summary>
    public static double Share(string salt, string device) =>
        BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{salt}/{device}"))) / 4294967296.0;

    /// <summary>The arm of an A/B split: the first whose share and those before it reach beyond the device's.</summary>
    /// <param name="shares">Of each arm; together 1.</param>
    public static int Arm(string salt, string device, IReadOnlyList<double> shares)
    {
        double at = Share(salt, device);
        double sum = 0;
        for (int i = 0; i < shares.Count - 1; i++)
        {
            sum += shares[i];
            if (at < sum)
            {
                return i;
            }
        }

        return shares.Count - 1;
    }
}
