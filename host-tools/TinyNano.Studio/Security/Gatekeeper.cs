using System.Net;
using Microsoft.AspNetCore.Http;
using TinyNano.Studio.Api;

namespace TinyNano.Studio.Security;

/// <summary>
/// Stands before everything: refuses foreign host names and foreign pages, asks for a session everywhere but on the login page and for its files, asks for the
/// session's CSRF token with everything that changes something, and sets the headers that tell the browser to be strict.
/// </summary>
internal sealed class Gatekeeper(StudioOptions options, Sessions sessions)
{
    public const string CsrfHeader = "X-TinyNano-Csrf";
    public const string LoginPath = "/login";
    public const string AssetsPath = "/assets";
    public const string LivePath = "/live";

    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private static readonly string[] s_loopback = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>The cookie has the port in its name: browsers share cookies between the ports of a host.</summary>
    public static string CookieName(HttpContext context) => $"tinynano-studio-{context.Connection.LocalPort}";

    /// <summary>The session of a request that has passed.</summary>
    public static Session SessionOf(HttpContext context) => (Session)context.Items[typeof(Session)]!;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        SetHeaders(context.Response.Headers);
        if (!IsOurHost(context.Request.Host))
        {
            await Problems.WriteAsync(context, StatusCodes.Status421MisdirectedRequest, "TN6903", "This name is not one of the page's own.", "Open the address that was printed at the start, or name this host with --host.");
            return;
        }

        bool changes = !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method);
        PathString path = context.Request.Path;
        if ((changes || path.StartsWithSegments(LivePath)) && !IsSameOrigin(context.Request))
        {
            await Problems.WriteAsync(context, StatusCodes.Status403Forbidden, "TN6904", "The request comes from another page.", "Use the page itself.");
            return;
        }

        if (path == LoginPath || (path.StartsWithSegments(AssetsPath) && !changes))
        {
            await next(context);
            return;
        }

        Session? session = sessions.Find(context.Request.Cookies[CookieName(context)]);
        if (session is null)
        {
            await AskForLoginAsync(context, path, changes);
            return;
        }

        if (changes && !path.StartsWithSegments(LivePath) && !SameText(context.Request.Headers[CsrfHeader].ToString(), session.Csrf))
        {
            await Problems.WriteAsync(context, StatusCodes.Status403Forbidden, "TN6905", $"The header {CsrfHeader} is missing or wrong.", "Reload the page; scripts get the value from /api/session.");
            return;
        }

        context.Items[typeof(Session)] = session;
        await next(context);
    }

    private static async Task AskForLoginAsync(HttpContext context, PathString path, bool changes)
    {
        if (changes || path.StartsWithSegments("/api") || path.StartsWithSegments(LivePath))
        {
            await Problems.WriteAsync(context, StatusCodes.Status401Unauthorized, "TN6906", "You are not logged in.", "Open /login and enter the token that was printed at the start.");
            return;
        }

        context.Response.Redirect(LoginPath);
    }

    private bool IsOurHost(HostString host)
    {
        if (!host.HasValue)
        {
            return false;
        }

        string name = host.Host;
        return s_loopback.Contains(name, StringComparer.OrdinalIgnoreCase)
            || options.Hosts.Contains(name, StringComparer.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name.Trim('[', ']'), out IPAddress? address) && (address.Equals(options.Address) || options.Address.Equals(IPAddress.Any) || options.Address.Equals(IPAddress.IPv6Any)));
    }

    // Browsers send Origin with every request that changes something and with every WebSocket; a program may leave it out.
    private static bool IsSameOrigin(HttpRequest request)
    {
        string origin = request.Headers.Origin.ToString();
        string site = request.Headers["Sec-Fetch-Site"].ToString();
        bool siteIsOurs = site is "" or "same-origin" or "none";
        return siteIsOurs && (origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri) && uri.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase)));
    }

    private static bool SameText(string given, string expected) =>
        System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(System.Text.Encoding.UTF8.GetBytes(given), System.Text.Encoding.UTF8.GetBytes(expected));

    private static void SetHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()";
        headers.CacheControl = "no-store";
    }
}
