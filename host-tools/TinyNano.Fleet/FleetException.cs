using TinyNano.Compiler.Diagnostics;

namespace TinyNano.Fleet;

/// <summary>
/// The desk cannot do what was asked; <see cref="Diagnostic"/> says what, where, and what to do. Ids: TN60xx keys and
/// signatures, TN61xx manifests, TN62xx deltas, TN63xx update server and pushes, TN64xx rollouts, TN65xx what fleets report,
/// TN66xx the database.
/// </summary>
public class FleetException : Exception
{
    public FleetException(string id, string message, string? where = null, string? hint = null, Exception? cause = null)
        : this(new Diagnostic(id, Severity.Error, message, where, hint), cause)
    {
    }

    public FleetException(Diagnostic diagnostic, Exception? cause = null)
        : base(diagnostic.ToString(), cause) => Diagnostic = diagnostic;

    public Diagnostic Diagnostic { get; }
}
