namespace TinyNano.Fleet.Store;

/// <summary>Named sets of devices, as the desk keeps them. A device that has the same group in its settings listens to the group's topics, too.</summary>
public static class Groups
{
    /// <summary>Makes the group where there is none.</summary>
    public static void Make(DbSession session, string name, DateTimeOffset at, string note = "") => session.Execute(
        "insert into fleet_groups (name, note, created) values (@0, @1, @2) on conflict (name) do nothing", name, note, at);

    /// <summary>Puts a device into a group, which is made where there is none.</summary>
    public static void Add(DbSession session, string name, string device, DateTimeOffset at)
    {
        Make(session, name, at);
        session.Execute("insert into group_devices (name, device) values (@0, @1) on conflict (name, device) do nothing", name, device);
    }

    public static void Remove(DbSession session, string name, string device) => session.Execute("delete from group_devices where name = @0 and device = @1", name, device);

    public static void Delete(DbSession session, string name)
    {
        session.Execute("delete from group_devices where name = @0", name);
        session.Execute("delete from fleet_groups where name = @0", name);
    }

    /// <summary>Names with the number of their devices.</summary>
    public static List<(string Name, string Note, int Devices)> All(DbSession session) => session.Query(
        "select g.name, g.note, (select count(*) from group_devices d where d.name = g.name) from fleet_groups g order by g.name", r => (r.Text(0), r.Text(1), r.Int32(2)));

    public static List<string> DevicesOf(DbSession session, string name) =>
        session.Query("select device from group_devices where name = @0 order by device", r => r.Text(0), name);

    public static List<string> GroupsOf(DbSession session, string device) =>
        session.Query("select name from group_devices where device = @0 order by name", r => r.Text(0), device);
}
