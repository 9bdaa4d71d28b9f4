namespace Research.Framework.Tests.Architecture
{
    /// <summary>The reader of references sees each way in which a type can be used: the examples below have one each.</summary>
    public class NamespaceReferencesTests
    {
        private const string Here = "Research.Framework.Tests.Architecture.Examples.";
        private static readonly NamespaceGraph s_own = NamespaceReferences.Of(typeof(NamespaceReferencesTests).Assembly.Location);

        [TestCase("BaseType")]
        [TestCase("Interface")]
        [TestCase("Field")]
        [TestCase("Signature")]
        [TestCase("Constraint")]
        [TestCase("TypeArgument")]
        [TestCase("StaticCall")]
        [TestCase("StaticField")]
        [TestCase("Lambda")]
        [TestCase("Iterator")]
        [TestCase("Catch")]
        [TestCase("AfterSwitch")]
        public void EachUse_IsSeen(string use) =>
            Assert.That(s_own.All, Has.Some.EqualTo($"{Here}User -> {Here}{use}: Example uses Used"));

        [Test]
        public void Circles_AreFound_AndNoMore()
        {
            IReadOnlyList<IReadOnlyList<string>> circles = [.. s_own.Circles([]).Where(circle => circle.Any(name => name.StartsWith(Here, StringComparison.Ordinal)))];
            Assert.That(circles, Has.Count.EqualTo(1));
            Assert.That(circles[0], Is.EqualTo((string[])[Here + "Field", Here + "StaticCall", Here + "User"]));
            Assert.That(s_own.Within(circles[0]), Is.EquivalentTo((string[])
            [
                $"{Here}User -> {Here}Field: Example uses Used",
                $"{Here}User -> {Here}StaticCall: Example uses Used",
                $"{Here}Field -> {Here}StaticCall: Used uses Used",
                $"{Here}StaticCall -> {Here}User: Used uses Example",
            ]));
        }

        [Test]
        public void Circles_WithoutTheReferenceThatClosesThem_AreGone() =>
            Assert.That(s_own.Circles([$"{Here}StaticCall -> {Here}User: Used uses Example"]).SelectMany(circle => circle), Has.None.StartsWith(Here));
    }
}

#pragma warning disable CA1052, CA1812, CA1823, CA1852, CS0169, CS0649, IDE0044, IDE0051 // Examples are read, never run.
namespace Research.Framework.Tests.Architecture.Examples.User
{
    internal sealed class Example : BaseType.Used, Interface.Used
    {
        private Field.Used? _field;

        private static Signature.Used? Of(Signature.Used?[] used) => used.Length == 0 ? null : used[0];

        private static void Constrained<T>()
            where T : Constraint.Used
        {
        }

        private static void Body(int number)
        {
            _ = Array.Empty<List<TypeArgument.Used>>();
            StaticCall.Used.Call();
            Action later = () => _ = StaticField.Used.Number + (int)(object)new Lambda.Used();
            try
            {
                later();
            }
            catch (Catch.Used)
            {
                number++;
            }

            switch (number)
            {
                case 0: number += 7; break;
                case 1: number -= 9; break;
                case 2: number *= 11; break;
                case 3: number /= 13; break;
            }

            _ = AfterSwitch.Used.Of(number);
        }

        private static IEnumerable<object> Items()
        {
            yield return new Iterator.Used();
        }
    }
}

namespace Research.Framework.Tests.Architecture.Examples.BaseType
{
    internal class Used;
}

namespace Research.Framework.Tests.Architecture.Examples.Interface
{
    internal interface Used;
}

namespace Research.Framework.Tests.Architecture.Examples.Field
{
    internal sealed class Used
    {
        public override string ToString() => nameof(Used) + typeof(StaticCall.Used);
    }
}

namespace Research.Framework.Tests.Architecture.Examples.Signature
{
    internal sealed class Used;
}

namespace Research.Framework.Tests.Architecture.Examples.Constraint
{
    internal interface Used;
}

namespace Research.Framework.Tests.Architecture.Examples.TypeArgument
{
    internal sealed class Used;
}

namespace Research.Framework.Tests.Architecture.Examples.StaticCall
{
    internal static class Used
    {
        public static void Call()
        {
            // A local that is read twice: of one that is not, an optimizing compiler leaves nothing.
            List<User.Example> back = [];
            GC.KeepAlive(back);
            GC.KeepAlive(back);
        }
    }
}

namespace Research.Framework.Tests.Architecture.Examples.StaticField
{
    internal static class Used
    {
        public static int Number;
    }
}

namespace Research.Framework.Tests.Architecture.Examples.Lambda
{
    internal sealed class Used;
}

namespace Research.Framework.Tests.Architecture.Examples.Iterator
{
    internal sealed class Used;
}

namespace Research.Framework.Tests.Architecture.Examples.Catch
{
    internal sealed class Used : Exception;
}

namespace Research.Framework.Tests.Architecture.Examples.AfterSwitch
{
    internal static class Used
    {
        public static int Of(int number) => number;
    }
}
