using TinyNano.Browser;

namespace TinyNano.Studio.Tests;

/// <summary>A test that needs Chromium; without one it is skipped and says so.</summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        if (HeadlessBrowser.Find() is null)
        {
            Skip = "no Chromium here: install the package chromium, or name one in TINYNANO_BROWSER";
        }
    }
}
