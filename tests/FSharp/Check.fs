module Research.FSharp.Check

open NUnit.Framework
open Research.Framework

/// Passes when both are equal, item by item. (NUnit's own EqualTo has an overload for each kind of collection, among
/// which F# cannot choose.)
let equal (expected: 'T) (actual: 'T) =
    Assert.That(actual, Is.EqualTo(box expected))

/// Passes when making something is refused as bad input, with a message that holds the given words.
let refused (words: string) (make: unit -> obj) =
    try
        Assert.Fail $"Expected a refusal, got {make ()}."
    with :? ResearchException as refusal ->
        Assert.That(refusal.Message, Does.Contain words)
