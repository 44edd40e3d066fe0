using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TinyNano.Studio.Data;
using TinyNano.Studio.Models;
using TinyNano.Studio.Security;

namespace TinyNano.Studio.Api;

/// <summary>Samples: list, bytes, label, export.</summary>
internal static class SampleApi
{
    public static void Map(IEndpointRouteBuilder routes, IStudioData data, ModelReports reports)
    {
        routes.MapGet("/api/samples", async (HttpRequest request, CancellationToken cancel) =>
        {
            IQueryCollection q = request.Query;
            SampleQuery query = new()
            {
                Labelled = q["labelled"].ToString() switch { "yes" => true, "no" => false, _ => null },
                Device = q["device"].ToString(),
                Model = q["model"].ToString(),
                Offset = DeviceApi.Number(q["offset"], 0, int.MaxValue, 0),
                Limit = DeviceApi.Number(q["limit"], 1, SampleQuery.MaximumLimit, 24),
            };
            return Results.Json(await data.SamplesAsync(query, cancel));
        });
        routes.MapGet("/api/sample/bytes", async (long id, CancellationToken cancel) =>
            await data.SampleBytesAsync(id, cancel) is byte[] bytes ? Results.Bytes(bytes, "application/octet-stream") : Problems.NotFound("sample of that number"));
        routes.MapPost("/api/sample/label", async (LabelChange change, HttpContext context) =>
            await data.LabelAsync(change.Id, change.Label, Gatekeeper.SessionOf(context).Who, context.RequestAborted)
                ? Results.NoContent()
                : Problems.Bad("There is no such sample or class.", "Reload the page and choose a class of the sample's model."));
        routes.MapGet("/api/samples/export", async (string model, CancellationToken cancel) =>
        {
            IReadOnlyList<LabelledSample> samples = await data.LabelledAsync(model, cancel);
            if (samples.Count == 0)
            {
                return Problems.Unable("TN6920", "No sample of this model has a label yet.", "Label some on the page Samples, then export again.");
            }

            byte[] zip = SampleExport.Write(samples, await reports.DescribeAsync(model, cancel));
            return Results.File(zip, "application/zip", $"samples-{Safe(model)}.zip");
        });
    }

    private static string Safe(string text) => new([.. text.Where(char.IsAsciiLetterOrDigit)]);

    /// <summary>What the page sends.</summary>
    internal sealed record LabelChange(long Id, int? Label);
}
