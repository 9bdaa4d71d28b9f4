module Research.FSharp.Check

open NUnit.Framework

/// Passes when both are equal, item by item. (NUnit's own EqualTo has an overload for each kind of collection, among
/// which F# cannot choose.)
let equal (expected: 'T) (actual: 'T) =
    Assert.That(actual, Is.EqualTo(box expected))
