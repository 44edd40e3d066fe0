using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TinyNano.Studio.Data;
using TinyNano.Studio.Security;

namespace TinyNano.Studio.Api;

/// <summary>Rollouts: looking at them, and stopping them.</summary>
internal static class RolloutApi
{
    private const int LongestReason = 200;

    public static void Map(IEndpointRouteBuilder routes, IStudioData data)
    {
        routes.MapGet("/api/rollouts", async (CancellationToken cancel) => Results.Json(await data.RolloutsAsync(cancel)));
        routes.MapGet("/api/rollout", async (uint id, CancellationToken cancel) =>
            await data.RolloutAsync(id, cancel) is RolloutDetail detail ? Results.Json(detail) : Problems.NotFound("rollout of that number"));
        routes.MapPost("/api/rollout", async (RolloutChange change, HttpContext context) =>
        {
            if (!Enum.IsDefined(change.Action))
            {
                return Problems.Bad("Unknown action.", "Use pause, resume or revert.");
            }

            string reason = change.Reason ?? "";
            if (reason.Length > LongestReason)
            {
                return Problems.Bad("The reason is too long.", $"Use at most {LongestReason} characters.");
            }

            if (await data.RolloutAsync(change.Id, context.RequestAborted) is null)
            {
                return Problems.NotFound("rollout of that number");
            }

            string? refused = await data.ChangeRolloutAsync(change.Id, change.Action, Gatekeeper.SessionOf(context).Who, reason, context.RequestAborted);
            return refused is null ? Results.Json(await data.RolloutAsync(change.Id, context.RequestAborted)) : Problems.Conflict(refused);
        });
    }

    /// <summary>What the page sends.</summary>
    internal sealed record RolloutChange(uint Id, RolloutAction Action, string? Reason);
}
