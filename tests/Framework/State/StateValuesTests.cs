using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Models;

namespace Research.Framework.Tests.State;

public sealed class StateValuesTests
{
    [Test]
    public void Rows_AreCopiedInAndOut_AndOnesNeverUsedAreZero()
    {
        StateValues values = New();
        values.CopyFrom([1, 2, 3, 4]);
        float[] copy = [9, 9, 9, 9, 9, 9];
        values.CopyTo(copy);
        Assert.That(copy, Is.EqualTo([1f, 2, 3, 4, 0, 0]));
        Assert.That(values.Get(1), Is.EqualTo([3f, 4]));
        values.CopyFrom([5, 6]);
        Assert.That(values.Get(1), Is.EqualTo([3f, 4]), "others stay");
    }

    [Test]
    public void NumbersThatAreNoRows_AreRefused()
    {
        StateValues values = New();
        Assert.That(() => values.CopyFrom(new float[3]), Throws.TypeOf<ResearchException>().With.Message.EqualTo("State 'hidden': expected rows of 2 numbers, got 3 numbers."));
        Assert.That(() => values.CopyTo(new float[5]), Throws.TypeOf<ResearchException>().With.Message.EqualTo("State 'hidden': expected rows of 2 numbers, got 5 numbers."));
    }

    private static StateValues New() => new RecurrentState(Model.Of(Layers.Recurrent(new FunctionCell("same", [new StateSlot("hidden", 2)], (_, _, state) => new CellStep(state["hidden"], state["hidden"]))))
        .Graph([new InputShape("input", 1)])).Layers[0].Slots[0];
}
