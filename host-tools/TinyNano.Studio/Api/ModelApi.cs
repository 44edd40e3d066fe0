using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TinyNano.Compiler.Diagnostics;
using TinyNano.Simulator;
using TinyNano.Studio.Data;
using TinyNano.Studio.Models;

namespace TinyNano.Studio.Api;

/// <summary>Models: what is in them, what they cost and how good they are.</summary>
internal static class ModelApi
{
    public static void Map(IEndpointRouteBuilder routes, IStudioData data, ModelReports reports)
    {
        routes.MapGet("/api/models", async (CancellationToken cancel) => Results.Json(await data.ModelsAsync(cancel)));
        routes.MapGet("/api/model", async (string id, CancellationToken cancel) =>
        {
            ModelRow? row = (await data.ModelsAsync(cancel)).FirstOrDefault(m => m.Id == id);
            return row is null
                ? Problems.NotFound("model of that id")
                : Results.Json(new { row, report = await reports.DescribeAsync(id, cancel), cores = Emulator.All.Select(e => e.Name), profiles = reports.Profiles(id), accuracy = reports.Accuracy(id) });
        });
        routes.MapGet("/api/model/plan.svg", async (string id, CancellationToken cancel) =>
            await reports.PlanSvgAsync(id, cancel) is string svg ? Results.Text(svg, "image/svg+xml") : Problems.NotFound("blob of that id"));
        routes.MapGet("/api/model/blob", async (string id, CancellationToken cancel) =>
            await data.BlobAsync(id, cancel) is byte[] blob ? Results.File(blob, "application/octet-stream", $"{id}.tnb") : Problems.NotFound("blob of that id"));
        routes.MapPost("/api/model/profile", (ProfileRequest request, CancellationToken cancel) =>
            AttemptAsync(async () => Results.Json(await reports.ProfileAsync(request.Id, request.Core, cancel))));
        routes.MapPost("/api/model/accuracy", (AccuracyRequest request, CancellationToken cancel) =>
            AttemptAsync(async () => Results.Json(await reports.EvaluateAsync(request.Id, cancel))));
    }

    private static async Task<IResult> AttemptAsync(Func<Task<IResult>> work)
    {
        try
        {
            return await work();
        }
        catch (StudioException e)
        {
            return Problems.Unable(e.Id, e.Message, "");
        }
        catch (Exception e) when (e is SimulatorException or CompileException or IOException)
        {
            return Problems.Unable("TN6921", e.Message, "Run ./build.sh build, which also brings the emulators.");
        }
    }

    /// <summary>What the page sends.</summary>
    internal sealed record ProfileRequest(string Id, string Core);

    /// <summary>What the page sends.</summary>
    internal sealed record AccuracyRequest(string Id);
}
