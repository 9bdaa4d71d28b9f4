using Research.Experiments;
using Research.Framework.Hosting;

return await ResearchHost.RunAsync(args, services => services.AddAlphabetExperiments().AddWirings().AddTorchOrSayWhyNot());
