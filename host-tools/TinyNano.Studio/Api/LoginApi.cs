using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TinyNano.Studio.Data;
using TinyNano.Studio.Pages;
using TinyNano.Studio.Security;

namespace TinyNano.Studio.Api;

/// <summary>Coming in and going out.</summary>
internal static class LoginApi
{
    private const int LongestWho = 40;

    public static void Map(IEndpointRouteBuilder routes, AccessToken token, Sessions sessions, LoginLimit limit, IStudioData data)
    {
        routes.MapGet(Gatekeeper.LoginPath, () => EmbeddedPages.Html("login.html"));
        routes.MapPost(Gatekeeper.LoginPath, async (HttpContext context) =>
        {
            if (limit.IsReached)
            {
                return Results.Redirect(Gatekeeper.LoginPath + "?wait", preserveMethod: false);
            }

            IFormCollection form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : FormCollection.Empty;
            if (!token.Matches(form["token"].ToString().Trim()))
            {
                limit.CountWrong();
                return Results.Redirect(Gatekeeper.LoginPath + "?wrong", preserveMethod: false);
            }

            string id = sessions.Open(Who(form["who"].ToString()), out _);
            context.Response.Cookies.Append(Gatekeeper.CookieName(context), id, Cookie(context));
            return Results.Redirect("/", preserveMethod: false);
        });
        routes.MapPost("/logout", (HttpContext context) =>
        {
            sessions.Close(context.Request.Cookies[Gatekeeper.CookieName(context)]);
            context.Response.Cookies.Delete(Gatekeeper.CookieName(context), Cookie(context));
            return Results.NoContent();
        });
        routes.MapGet("/api/session", (HttpContext context) =>
        {
            Session session = Gatekeeper.SessionOf(context);
            return Results.Json(new { csrf = session.Csrf, who = session.Who, source = data.Source });
        });
    }

    private static CookieOptions Cookie(HttpContext context) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
        Path = "/",
    };

    private static string Who(string typed)
    {
        string name = new([.. typed.Trim().Where(c => !char.IsControl(c)).Take(LongestWho)]);
        return name.Length == 0 ? "studio" : name;
    }
}
