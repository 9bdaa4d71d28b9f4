module Research.FSharp.Framers

open Research.Datasets
open Research.Datasets.Framers
open Research.Framework.Data

/// One symbol in, one symbol out: how a model of single symbols generates text.
let private text (sequence: Sequence) =
    { new ITextFraming with
        member _.MinimumHistory = 1
        member _.Encode(history) = sequence.Encode(Array.last (sequence.Vocabulary.IndicesOf history))
        member _.Decode(targetClass) = sequence.Vocabulary[targetClass] }

/// Each symbol predicts the one that comes `distance` places later: inputs [count - distance, 1, features].
let ahead distance =
    { new IFramer with
        member _.Name = $"{distance} ahead"

        member framer.Frame(sequence) =
            let symbols = Array.ofSeq sequence.Symbols
            let inputs = Array.take (symbols.Length - distance) symbols

            Dataset(
                Description = $"{framer.Name} over {sequence}",
                Samples = inputs.Length,
                Input = InputBlock(TimeSteps = 1, Features = sequence.Features, Values = Array.collect sequence.Encode inputs),
                Target = TargetBlock(Width = sequence.Vocabulary.Count, Classes = Array.skip distance symbols),
                InputLabels = [| for symbol in inputs -> sequence.Vocabulary[symbol] |],
                Text = text sequence
            ) }
