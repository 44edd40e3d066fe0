using Microsoft.AspNetCore.Http;

namespace TinyNano.Studio.Api;

/// <summary>A refusal as the pages show it.</summary>
/// <param name="Id">Stable number, TN69xx.</param>
/// <param name="Hint">What to do.</param>
internal sealed record Problem(string Id, string Message, string Hint);

/// <summary>Writes refusals.</summary>
internal static class Problems
{
    public static Task WriteAsync(HttpContext context, int status, string id, string message, string hint)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new Problem(id, message, hint));
    }

    public static IResult NotFound(string what) => Results.Json(new Problem("TN6910", $"There is no {what}.", "It may have been removed; go back to the list."), statusCode: StatusCodes.Status404NotFound);

    public static IResult Bad(string message, string hint) => Results.Json(new Problem("TN6911", message, hint), statusCode: StatusCodes.Status400BadRequest);

    public static IResult Conflict(string message) => Results.Json(new Problem("TN6912", message, "Reload the page to see the present state."), statusCode: StatusCodes.Status409Conflict);

    public static IResult Unable(string id, string message, string hint) => Results.Json(new Problem(id, message, hint), statusCode: StatusCodes.Status422UnprocessableEntity);
}
