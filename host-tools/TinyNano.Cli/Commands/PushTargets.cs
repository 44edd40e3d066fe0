using System.CommandLine;
using TinyNano.Fleet;
using TinyNano.Fleet.Store;

namespace TinyNano.Cli.Commands;

/// <summary>Whom a push is for: names, a file of names, a group, or a group whose names are given.</summary>
internal sealed class PushTargets
{
    private readonly Option<string[]> _to = new("--to") { Description = "names of devices, DEVICE,DEVICE (may be repeated)" };
    private readonly Option<string?> _list = new("--list") { Description = "file with a name of a device on each line" };
    private readonly Option<string?> _group = new("--group") { Description = "group that devices have in their settings: parts are sent once for all; --to or --list add devices to what the database knows of it" };

    public void AddTo(Command command)
    {
        command.Options.Add(_to);
        command.Options.Add(_list);
        command.Options.Add(_group);
    }

    /// <exception cref="FleetException">TN6315: nobody is named, or a name that no device has.</exception>
    public (IReadOnlyList<string> Names, string? Group) Read(ParseResult parsed, FleetDatabase database)
    {
        List<string> names = [.. (parsed.GetValue(_to) ?? []).SelectMany(t => t.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        if (parsed.GetValue(_list) is string file)
        {
            names.AddRange(File.ReadLines(file).Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#'));
        }

        if (names.Find(n => n.AsSpan().ContainsAny("/+#") || n == Contracts.Topics.GroupLevel) is string bad)
        {
            throw new FleetException("TN6315", "no device has this name: it is part of topics", $"'{bad}'", "names have no /, + and #, and no device is called `group`");
        }

        string? group = parsed.GetValue(_group);
        if (group is not null)
        {
            DateTimeOffset now = database.Time.GetUtcNow();
            database.Write(s => names.ForEach(n => Groups.Add(s, group, n, now)));
            names = database.Read(s => Groups.DevicesOf(s, group));
        }

        return names.Count > 0 ? ([.. names.Distinct(StringComparer.Ordinal)], group)
            : throw new FleetException("TN6315", "no devices are named", group is null ? null : $"group '{group}'", group is null
                ? "name them with --to DEVICE,DEVICE, --list FILE or --group NAME" : "the database knows none of this group yet; name its devices once with --to or --list");
    }
}
