using System.Net;
using System.Text;
using System.Text.Json;
using TinyNano.Fleet.Export;

namespace TinyNano.Fleet.Updates;

/// <summary>
/// Answers a GET on a port of the loopback: `/metrics` with Prometheus's text, which OpenTelemetry collectors read as well, everything else
/// with JSON: 200 where all is well, 503 where it is not.
/// </summary>
public sealed class HealthEndpoint : IDisposable
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };
    private readonly HttpListener _listener = new();
    private readonly Func<(bool Well, object Report)> _look;
    private readonly Func<string>? _metrics;

    private HealthEndpoint(int port, Func<(bool, object)> look, Func<string>? metrics)
    {
        _look = look;
        _metrics = metrics;
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
    }

    /// <exception cref="FleetException">TN6309: the port is taken.</exception>
    /// <param name="metrics">What `/metrics` answers; null where there are none.</param>
    public static HealthEndpoint Start(int port, Func<(bool Well, object Report)> look, Func<string>? metrics = null)
    {
        HealthEndpoint endpoint = new(port, look, metrics);
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
                bool metrics = context.Request.Url?.AbsolutePath == "/metrics" && _metrics is not null;
                (bool well, byte[] body) = metrics ? Metrics() : Health();
                context.Response.StatusCode = context.Request.HttpMethod is not "GET" and not "HEAD" ? 405 : well ? 200 : 503;
                context.Response.ContentType = metrics ? PrometheusText.ContentType : "application/json";
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

    private (bool Well, byte[] Body) Health()
    {
        try
        {
            (bool well, object report) = _look();
            return (well, JsonSerializer.SerializeToUtf8Bytes(report, Json));
        }
        catch (FleetException e)
        {
            return (false, JsonSerializer.SerializeToUtf8Bytes(new { status = "failed", reason = e.Message }, Json));
        }
    }

    private (bool Well, byte[] Body) Metrics()
    {
        try
        {
            return (true, Encoding.UTF8.GetBytes(_metrics!()));
        }
        catch (FleetException e)
        {
            return (false, Encoding.UTF8.GetBytes($"# {e.Message.ReplaceLineEndings(" ")}\n"));
        }
    }
}
