using Research.Framework.Hosting;

return await ResearchHost.RunAsync(args);
