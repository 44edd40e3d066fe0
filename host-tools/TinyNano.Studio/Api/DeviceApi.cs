using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TinyNano.Studio.Data;

namespace TinyNano.Studio.Api;

/// <summary>The fleet and its devices. Names travel as query parameters: they are a device's own words and may hold anything.</summary>
internal static class DeviceApi
{
    private const int MostPoints = 1000;
    private const int LongestSearch = 100;

    public static void Map(IEndpointRouteBuilder routes, IStudioData data)
    {
        routes.MapGet("/api/fleet", async (CancellationToken cancel) => Results.Json(await data.SummaryAsync(cancel)));
        routes.MapGet("/api/devices", async (HttpRequest request, CancellationToken cancel) =>
        {
            IQueryCollection q = request.Query;
            string sort = q["sort"].ToString() is { Length: > 0 } given ? given : "name";
            string search = q["search"].ToString();
            if (!DeviceQuery.SortKeys.Contains(sort))
            {
                return Problems.Bad("Unknown sort key.", $"Use one of {string.Join(", ", DeviceQuery.SortKeys)}.");
            }

            if (search.Length > LongestSearch)
            {
                return Problems.Bad("The text to search for is too long.", $"Use at most {LongestSearch} characters.");
            }

            DriftLevel? drift = Enum.TryParse(q["drift"], true, out DriftLevel level) && Enum.IsDefined(level) ? level : null;
            DeviceQuery query = new()
            {
                Search = search,
                Group = q["group"].ToString(),
                State = q["state"].ToString(),
                Model = q["model"].ToString(),
                Online = q["online"].ToString() switch { "yes" => true, "no" => false, _ => null },
                Drift = drift,
                Alarms = q["alarms"] == "yes",
                Sort = sort,
                Descending = q["order"] == "down",
                Offset = Number(q["offset"], 0, int.MaxValue, 0),
                Limit = Number(q["limit"], 1, DeviceQuery.MaximumLimit, 50),
            };
            return Results.Json(await data.DevicesAsync(query, cancel));
        });
        routes.MapGet("/api/device", async (string name, CancellationToken cancel) =>
            await data.DeviceAsync(name, cancel) is DeviceDetail detail ? Results.Json(detail) : Problems.NotFound("device of that name"));
        routes.MapGet("/api/device/history", async (string name, HttpRequest request, CancellationToken cancel) =>
            Results.Json(await data.HistoryAsync(name, Number(request.Query["count"], 1, MostPoints, 180), cancel)));
        routes.MapGet("/api/device/drift", async (string name, CancellationToken cancel) =>
            await data.DriftAsync(name, cancel) is DriftView view ? Results.Json(view) : Problems.NotFound("device of that name"));
    }

    /// <summary>A whole number in a range, or the default for anything else.</summary>
    internal static int Number(string? text, int least, int most, int otherwise) => int.TryParse(text, out int value) && value >= least ? Math.Min(value, most) : otherwise;
}
