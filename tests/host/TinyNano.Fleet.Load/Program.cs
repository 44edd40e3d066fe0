return await TinyNano.Fleet.Load.LoadRun.MainAsync(args);
