using BenchmarkDotNet.Running;
using Research.Benchmarks;
using Research.Benchmarks.Loop;
using Research.Benchmarks.Micro;
#if TORCH
using Research.Benchmarks.Peers;
#endif
using Research.Benchmarks.Steps;
using Research.Benchmarks.Twins;
using Research.Bits;
using Research.Framework;
using Research.Framework.Objectives;

const string Usage = $"""
    Usage: dotnet run -c Release --project tests/Benchmarks -- VERB [options]

      steps          times full training steps
                       --cell NAME[,NAME]  cells (default lstm)
                       --case a,f,g        cases (default all)
                       --threads N         threads of one training (default 1)
                       --json FILE         also writes the figures as JSON
      twins          times cells written as equations against the same cells with hand-written kernels, in turns
                       --cell NAME[,NAME]  lstm, gru, nas (default all)
                       --case a,f,g        cases (default all)
                       --threads N         threads of one training (default 1)
      peers          times full training steps on the built-in engine, torch's operations and torch's modules, in turns (build with -p:Torch=cpu)
                       --cell NAME[,NAME]  cells (default lstm)
                       --case a,f,g        cases (default all)
                       --threads N         threads of one training (default 1)
                       --device NAME       torch's device: cpu, cuda, mps (default cpu)
                       --tf32 true         lets NVIDIA's GPUs round factors, as Python's torch does in its LSTM and GRU (default false)
      loop           times each alphabet experiment's training loop beside the engine's own steps, in turns
                       --experiment NAME[,NAME]  experiments (default all)
                       --cell NAME         the cell (default lstm)
                       --job N             instead, runs N seeds of each as the main job does, beside the engine's own steps
                       --seeds N           seeds of the main job, for the sum below the table (default 20)
                       --workers N         threads of the main job (default 2)
    {BitsProgram.Usage}
      anything else  goes to BenchmarkDotNet, e.g. --list flat, or --job short --filter '*Adam*'
    """;

try
{
    switch (args)
    {
        case ["steps", .. string[] options]:
            StepsCommand.Run(new Options(options, "cell", "case", "threads", "json"));
            return 0;
        case ["twins", .. string[] options]:
            TwinsCommand.Run(new Options(options, "cell", "case", "threads"));
            return 0;
#if TORCH
        case ["peers", .. string[] options]:
            PeersCommand.Run(new Options(options, "cell", "case", "threads", "device", "tf32"));
            return 0;
#else
        case ["peers", ..]:
            throw new ResearchException("peers: this build leaves TorchSharp out; add -p:Torch=cpu (or cuda) before the -- of dotnet run.");
#endif
        case ["loop", .. string[] options]:
            LoopCommand.Run(new Options(options, "experiment", "cell", "job", "seeds", "workers"));
            return 0;
        case ["fingerprints" or "random-models" or "all", ..]:
            return BitsProgram.Main(args);
        case ["help" or "--help" or "-h"]:
            Console.WriteLine(Usage);
            return 0;
        default:
            BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, new InProcessConfig());
            return 0;
    }
}
catch (ResearchException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
