using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace TinyNano.Studio.Security;

/// <summary>One browser that has shown the token.</summary>
/// <param name="Csrf">Has to come as a header with everything that changes something.</param>
/// <param name="Who">The name that its owner gave, for the audit trail.</param>
internal sealed record Session(string Csrf, string Who);

/// <summary>The open sessions, by the hash of their cookie. They do not survive the program.</summary>
internal sealed class Sessions(TimeSpan idle, TimeProvider clock)
{
    public const int Maximum = 256;
    private readonly ConcurrentDictionary<string, (Session Session, DateTimeOffset Used)> _open = new();

    /// <summary>A new session; returns the value of its cookie.</summary>
    public string Open(string who, out Session session)
    {
        DropOld();
        string id = AccessToken.NewText();
        session = new Session(AccessToken.NewText(), who);
        _open[Key(id)] = (session, clock.GetUtcNow());
        return id;
    }

    /// <summary>Null for an unknown or old one.</summary>
    public Session? Find(string? id)
    {
        if (string.IsNullOrEmpty(id) || !_open.TryGetValue(Key(id), out (Session Session, DateTimeOffset Used) found))
        {
            return null;
        }

        DateTimeOffset now = clock.GetUtcNow();
        if (now - found.Used > idle)
        {
            _open.TryRemove(Key(id), out _);
            return null;
        }

        _open[Key(id)] = (found.Session, now);
        return found.Session;
    }

    public void Close(string? id)
    {
        if (!string.IsNullOrEmpty(id))
        {
            _open.TryRemove(Key(id), out _);
        }
    }

    // Old ones first; then the longest unused, so that a script that logs in over and over cannot fill memory.
    private void DropOld()
    {
        DateTimeOffset now = clock.GetUtcNow();
        foreach (string key in _open.Where(s => now - s.Value.Used > idle).Select(s => s.Key).ToArray())
        {
            _open.TryRemove(key, out _);
        }

        foreach (string key in _open.OrderByDescending(s => s.Value.Used).Skip(Maximum - 1).Select(s => s.Key).ToArray())
        {
            _open.TryRemove(key, out _);
        }
    }

    private static string Key(string id) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
}
