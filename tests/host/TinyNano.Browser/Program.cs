using TinyNano.Browser;

// tinynano-screenshots [FOLDER]: makes the pictures of docs/STUDIO.md.
using CancellationTokenSource patience = new(TimeSpan.FromMinutes(5));
return await Screenshots.RunAsync(args.Length > 0 ? args[0] : "docs/images", patience.Token);
