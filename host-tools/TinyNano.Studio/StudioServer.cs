using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TinyNano.Studio.Api;
using TinyNano.Studio.Data;
using TinyNano.Studio.Live;
using TinyNano.Studio.Models;
using TinyNano.Studio.Pages;
using TinyNano.Studio.Security;

namespace TinyNano.Studio;

/// <summary>The web page of a fleet. Start it, print <see cref="LoginLink"/>, and dispose it to end.</summary>
public sealed class StudioServer : IAsyncDisposable
{
    private const int LargestRequest = 64 * 1024;
    private readonly WebApplication _web;

    private StudioServer(WebApplication web, string token, Uri address)
    {
        _web = web;
        Token = token;
        Address = address;
    }

    public string Token { get; }

    public Uri Address { get; }

    /// <summary>Opens the page with the token filled in. The token is behind the #, which browsers do not send to any server.</summary>
    public string LoginLink => $"{Address}login#{Token}";

    /// <summary>Everything that is answered, for tests.</summary>
    internal IEnumerable<RouteEndpoint> Routes => ((IEndpointRouteBuilder)_web).DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>();

    /// <summary>StudioException TN6902 for a weak token, TN6907 where the port is taken or the address is not this machine's.</summary>
    public static async Task<StudioServer> StartAsync(IStudioData data, StudioOptions options, TimeProvider? clock = null)
    {
        clock ??= TimeProvider.System;
        string token = options.Token ?? AccessToken.NewText();
        AccessToken access = new(token);
        Sessions sessions = new(options.IdleTime, clock);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "TinyNano.Studio" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestRequest;
            kestrel.Listen(options.Address, options.Port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddLogging(log => log.AddProvider(new ErrorLog()).SetMinimumLevel(LogLevel.Error));
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.AddSingleton(data).AddSingleton(options).AddSingleton<ModelReports>();
        builder.Services.Configure<JsonOptions>(json => Configure(json.SerializerOptions));
        builder.Services.AddSignalR(hub => hub.MaximumReceiveMessageSize = 4096).AddJsonProtocol(json => Configure(json.PayloadSerializerOptions));
        builder.Services.AddHostedService<LivePump>();
        WebApplication web = builder.Build();
        Map(web, data, options, access, sessions, clock);
        try
        {
            await web.StartAsync();
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            await web.DisposeAsync();
            throw new StudioException("TN6907", $"cannot listen on {options.Address} port {options.Port}: {e.Message}; choose another with --port, or end the program that has it");
        }

        string bound = web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Uri address = new(bound);
        string host = options.Address.Equals(IPAddress.Any) || options.Address.Equals(IPAddress.IPv6Any) ? options.Hosts.Count > 0 ? options.Hosts[0] : "localhost" : address.Host;
        return new StudioServer(web, token, new UriBuilder(address) { Host = host }.Uri);
    }

    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(3));
        try
        {
            await _web.StopAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // Open pages are cut off.
        }

        await _web.DisposeAsync();
    }

    private static void Map(WebApplication web, IStudioData data, StudioOptions options, AccessToken access, Sessions sessions, TimeProvider clock)
    {
        Gatekeeper gatekeeper = new(options, sessions);
        web.Use(CatchAsync);
        web.Use(next => context => gatekeeper.InvokeAsync(context, next));
        web.UseRouting();
        web.UseWebSockets();
        web.MapGet(Gatekeeper.AssetsPath + "/{name}", (string name) => EmbeddedPages.Asset(name));
        ModelReports reports = web.Services.GetRequiredService<ModelReports>();
        LoginApi.Map(web, access, sessions, new LoginLimit(clock), data);
        DeviceApi.Map(web, data);
        RolloutApi.Map(web, data);
        ModelApi.Map(web, data, reports);
        SampleApi.Map(web, data, reports);
        web.MapHub<StudioHub>(Gatekeeper.LivePath);
        foreach (string page in (string[])["/", "/device", "/rollouts", "/rollout", "/models", "/model", "/samples"])
        {
            web.MapGet(page, () => EmbeddedPages.ArePresent
                ? EmbeddedPages.Html("index.html")
                : Problems.Unable("TN6901", "This build has no pages.", "Build with npm present and without -p:StudioPages=false."));
        }

        web.MapFallback((HttpContext _) => Problems.NotFound("page at this address"));
    }

    // What the data source throws (a locked database, a full disk) becomes a sentence; pages stay usable.
    private static async Task CatchAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException e)
        {
            await Problems.WriteAsync(context, e.StatusCode, "TN6911", "The request is malformed.", "Reload the page.");
        }
        catch (Exception e) when (e is not OperationCanceledException && !context.Response.HasStarted)
        {
            context.RequestServices.GetRequiredService<ILogger<StudioServer>>().Failed(e.Message, context.Request.Path);
            await Problems.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "TN6908", "The fleet's data cannot be read at the moment.", "Try again; the terminal that runs `tinynano studio` has the reason.");
        }
    }

    private static void Configure(JsonSerializerOptions json)
    {
        json.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        json.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        json.NumberHandling = JsonNumberHandling.Strict;

        // Also escapes < and >, so that an answer can never be read as markup.
        json.Encoder = JavaScriptEncoder.Default;
    }
}
