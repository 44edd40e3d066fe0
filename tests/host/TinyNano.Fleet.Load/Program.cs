return args.Contains("--gate") ? await TinyNano.Fleet.Load.Gate.GateCases.MainAsync(args) : await TinyNano.Fleet.Load.LoadRun.MainAsync(args);
