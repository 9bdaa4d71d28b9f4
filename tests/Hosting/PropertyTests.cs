using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using Research.Cells;
using Research.Datasets;
using Research.Framework.Data;
using Research.Framework.Experiments;
using Research.Framework.Managed;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.Training;

namespace Research.Framework.Hosting.Tests;

/// <summary>Null, or zero, for any public property is a value like others, or refused with the property's name.</summary>
public sealed class PropertyTests
{
    private static readonly NullabilityInfoContext s_nullability = new();

    private static IEnumerable<TestCaseData> References() =>
        from assembly in (Assembly[])[typeof(ExperimentPlan).Assembly, typeof(LstmCell).Assembly, typeof(Sequence).Assembly]
        from type in assembly.GetExportedTypes()
        where type.IsClass && !type.IsAbstract && !type.ContainsGenericParameters
        from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.SetMethod is { IsPublic: true } && !property.PropertyType.IsValueType && property.GetIndexParameters().Length == 0
        where s_nullability.Create(property).WriteState == NullabilityState.NotNull && !IsOfItsConstructor(type, property)
        select new TestCaseData(type, property).SetArgDisplayNames(type.Name, property.Name);

    [TestCaseSource(nameof(References))]
    public void Null_IsRefusedByName(Type type, PropertyInfo property)
    {
        object made = type.GetConstructor([]) is { } constructor ? constructor.Invoke(null) : RuntimeHelpers.GetUninitializedObject(type);
        Assert.That(
            () => property.SetValue(made, null, BindingFlags.DoNotWrapExceptions, null, null, null),
            Throws.InstanceOf<ResearchException>().With.Message.Contains(property.Name));
    }

    [Test]
    public void References_AreMany() => Assert.That(References().Count(), Is.GreaterThan(50));

    private static IEnumerable<TestCaseData> Numbers() => s_optimizers.SelectMany(optimizer => Places(Plan(optimizer), optimizer.Name, copy => (ExperimentPlan)copy))
        .Select(place => new TestCaseData(place.Property, place.Zero).SetArgDisplayNames(place.Path));

    [TestCaseSource(nameof(Numbers))]
    public void Zero_IsTaken_OrRefusedByName(PropertyInfo property, Func<ExperimentPlan> zero)
    {
        try
        {
            ExperimentRun run = new() { Experiment = "test", Cell = "lstm", Engine = new ManagedEngine(), Plan = zero(), Seed = 1 };
            _ = new ExperimentRunner(TimeProvider.System).Run(run);
        }
        catch (ResearchException exception)
        {
            Assert.That(Letters(exception.Message), Does.Contain(Letters(property.Name)).IgnoreCase, exception.Message);
            Assert.That(exception, Is.Not.TypeOf<UserCodeException>(), exception.Message);
        }
    }

    [Test]
    public void Numbers_AreMany() => Assert.That(Numbers().Count(), Is.GreaterThan(30));

    private static string Letters(string text) => string.Concat(text.Where(char.IsLetterOrDigit));

    // What a record's constructor takes is checked, if at all, by what uses the record.
    private static bool IsOfItsConstructor(Type type, PropertyInfo property) =>
        type.GetConstructors().Any(constructor => constructor.GetParameters().Any(parameter => parameter.Name == property.Name));

    private static readonly Optimizer[] s_optimizers = [new AdamW { ClipNorm = 1 }, new RmsProp { ClipValue = 1 }, new Sgd { GlobalClipNorm = 1 }];

    private static ExperimentPlan Plan(Optimizer optimizer) => new()
    {
        Data = new Dataset
        {
            Description = "numbers",
            Samples = 4,
            Input = new() { TimeSteps = 2, Features = 1, Values = [0, 1, 1, 0, 2, 1, 0, 2] },
            Target = new() { Width = 3, Classes = [0, 1, 2, 1] },
        },
        Model = Model.Of(
            Layers.Embedding(3, 2), new RecurrentLayer(new LstmCell(2)) { ReturnSequences = true }, new BidirectionalLayer(new GruCell(2), new GruCell(2)),
            Layers.Dropout(0.1), Layers.RepeatVector(2), new RecurrentLayer(new SimpleRnnCell(2)), Layers.Dense(3, Research.Framework.Equations.Activation.Softmax)),
        Training = new()
        {
            Epochs = 2,
            BatchSize = 2,
            ValidationShare = 0.5,
            EarlyStopping = new() { MinimumDelta = 0.1 },
            ReduceOnPlateau = new() { Cooldown = 1, MinimumFactor = 0.1 },
            Optimizer = optimizer,
            WeightRules = [new WeightRule { Pattern = "dense*", L2 = 0.1, MaxNorm = 2 }],
        },
        Metrics = [Metric.Accuracy],
    };

    // Every number in a plan, each with the plan that has zero there.
    private static IEnumerable<Place> Places(object within, string path, Func<object, ExperimentPlan> build)
    {
        foreach (PropertyInfo property in within.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.SetMethod is not { IsPublic: true } || property.GetIndexParameters().Length > 0) continue;
            object? value = property.GetValue(within);
            string name = $"{path}.{property.Name}";
            ExperimentPlan With(object? changed)
            {
                object copy = s_clone.Invoke(within, null)!;
                property.SetValue(copy, changed, BindingFlags.DoNotWrapExceptions, null, null, null);
                return build(copy);
            }

            if (value is int or long or float or double) yield return new Place(name, property, () => With(Convert.ChangeType(0, value.GetType(), System.Globalization.CultureInfo.InvariantCulture)));
            else if (value is IList list && !value.GetType().IsArray | value is object[])
            {
                for (int i = 0; i < list.Count; i++)
                {
                    if (list[i] is not { } item || !IsOurs(item)) continue;
                    int index = i;
                    Array copy = Array.CreateInstance(property.PropertyType.GetGenericArguments()[0], list.Count);
                    foreach (Place place in Places(item, $"{name}[{i}]", changed =>
                    {
                        list.CopyTo(copy, 0);
                        copy.SetValue(changed, index);
                        return With(copy);
                    })) yield return place;
                }
            }
            else if (value is not null && IsOurs(value))
            {
                foreach (Place place in Places(value, name, With)) yield return place;
            }
        }
    }

    private static readonly MethodInfo s_clone = typeof(object).GetMethod(nameof(MemberwiseClone), BindingFlags.NonPublic | BindingFlags.Instance)!;

    private static bool IsOurs(object value) => value.GetType() is { IsClass: true, IsPublic: true } type && type.Namespace!.StartsWith("Research.", StringComparison.Ordinal);

    private sealed record Place(string Path, PropertyInfo Property, Func<ExperimentPlan> Zero);
}
