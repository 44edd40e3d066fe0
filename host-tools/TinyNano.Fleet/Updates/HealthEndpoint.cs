using System.Net;
using System.Text.Json;

namespace TinyNano.Fleet.Updates;

/// <summary>Answers every GET on a port of the loopback with JSON: 200 where all is well, 503 where it is not.</summary>
public sealed class HealthEndpoint : IDisposable
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };
    private readonly HttpListener _listener = new();
    private readonly Func<(bool Well, object Report)> _look;

    private HealthEndpoint(int port, Func<(bool, object)> look)
    {
        _look = look;
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
    }

    /// <exception cref="FleetException">TN6309: the port is taken.</exception>
    public static HealthEndpoint Start(int port, Func<(bool Well, object Report)> look)
    {
        HealthEndpoint endpoint = new(port, look);
        try
        {
            endpoint._listener.Start();
        }
        catch (HttpListenerException e)
        {
            throw new FleetException("TN6309", $"the health endpoint cannot listen: {e.Message}", $"127.0.0.1:{port}", "choose another port with --health-port, or 0 for none", e);
        }

        _ = Task.Run(endpoint.ServeAsync);
        return endpoint;
    }

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                HttpListenerContext context = await _listener.GetContextAsync().ConfigureAwait(false);
                (bool well, object report) = Look();
                byte[] body = JsonSerializer.SerializeToUtf8Bytes(report, Json);
                context.Response.StatusCode = context.Request.HttpMethod is not "GET" and not "HEAD" ? 405 : well ? 200 : 503;
                context.Response.ContentType = "application/json";
                context.Response.ContentLength64 = context.Request.HttpMethod == "HEAD" ? 0 : body.Length;
                if (context.Request.HttpMethod != "HEAD")
                {
                    await context.Response.OutputStream.WriteAsync(body).ConfigureAwait(false);
                }

                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException or IOException)
            {
                // A client that went away, or the end.
            }
        }
    }

    private (bool Well, object Report) Look()
    {
        try
        {
            return _look();
        }
        catch (FleetException e)
        {
            return (false, new { status = "failed", reason = e.Message });
        }
    }
}
