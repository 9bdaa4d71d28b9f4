using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;
using Research.Framework.Equations;
using Research.Framework.Experiments;

namespace Research.Framework.Tests.Architecture;

/// <summary>Null where a value is asked for is refused where it is given, by name: of every public property, list and constructor of every assembly of src.</summary>
public sealed class NullTests
{
    // A list that is made as it is read, and may be as long as a text.
    private static readonly HashSet<string> MadeAsRead = ["Dataset.InputLabels"];

    private static IEnumerable<TestCaseData> Properties() =>
        from type in Types()
        where !type.IsAbstract
        from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.SetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0 && !property.PropertyType.IsValueType
        select new TestCaseData(type, property).SetArgDisplayNames(type.Name, property.Name);

    private static IEnumerable<TestCaseData> Parameters() =>
        from type in Types()
        where !type.IsAbstract && !IsCheckedElsewhere(type) && !typeof(Delegate).IsAssignableFrom(type) && !typeof(Exception).IsAssignableFrom(type)
        from constructor in type.GetConstructors()
        from parameter in constructor.GetParameters()
        where IsRequired(new NullabilityInfoContext().Create(parameter)) && !parameter.ParameterType.IsValueType
        select new TestCaseData(constructor, parameter).SetArgDisplayNames(type.Name, parameter.Name!, FormattableString.Invariant($"of {constructor.GetParameters().Length}"));

    [TestCaseSource(nameof(Properties))]
    public void Property_RefusesNull(Type type, PropertyInfo property)
    {
        NullabilityInfo info = new NullabilityInfoContext().Create(property);
        if (info.WriteState == NullabilityState.NotNull) Assert.That(() => Set(null), Refused(property.Name));
        Type list = property.PropertyType;
        if (!list.IsGenericType || list.GetGenericTypeDefinition() != typeof(IReadOnlyList<>) || MadeAsRead.Contains($"{type.Name}.{property.Name}")) return;
        if (!list.GenericTypeArguments[0].IsValueType && IsRequired(info.GenericTypeArguments[0])) Assert.That(() => Set(Array.CreateInstance(list.GenericTypeArguments[0], 1)), Refused(property.Name));

        void Set(object? value) => Call(() => property.SetValue(type.GetConstructor([]) is null ? RuntimeHelpers.GetUninitializedObject(type) : Activator.CreateInstance(type), value));
    }

    // What becomes a property is refused as one; anything else as .NET does.
    [TestCaseSource(nameof(Parameters))]
    public void Constructor_RefusesNull(ConstructorInfo constructor, ParameterInfo parameter)
    {
        bool isProperty = constructor.DeclaringType!.GetProperty(parameter.Name!) is not null;
        Assert.That(() => Make(null), isProperty ? Refused(parameter.Name!) : Refused(parameter.Name!).Or.InstanceOf<ArgumentNullException>().With.Property("ParamName").EqualTo(parameter.Name));
        Type list = parameter.ParameterType;
        if (!list.IsGenericType || list.GetGenericTypeDefinition() != typeof(IReadOnlyList<>) || list.GenericTypeArguments[0].IsValueType) return;
        Assert.That(() => Make(Array.CreateInstance(list.GenericTypeArguments[0], 1)), Refused(parameter.Name!), "an element");

        void Make(object? value) => Call(() => constructor.Invoke([.. constructor.GetParameters().Select(other => other.Position == parameter.Position ? value : Sample(other.ParameterType, 0))]));
    }

    private static NUnit.Framework.Constraints.Constraint Refused(string name) => Throws.InstanceOf<ResearchException>().With.Message.Contains(name).IgnoreCase;

    private static void Call(Action action)
    {
        try
        {
            action();
        }
        catch (TargetInvocationException exception)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception.InnerException!);
        }
    }

    private static bool IsRequired(NullabilityInfo info) => info.ReadState == NullabilityState.NotNull;

    // What makes the first has asked for all that they need, or says what is missing; what a cell yields is refused under the cell's name.
    // TorchScanResult is made of tensors, which there are not without libtorch: LifetimeTests of tests/Torch look at it.
    private static bool IsCheckedElsewhere(Type type) => type.IsAssignableTo(typeof(IExperiment)) || type.IsAssignableTo(typeof(IExperimentRunner)) || type == typeof(CellStep) || type.Name == "TorchScanResult";

    private static IEnumerable<Type> Types() => ProjectReferences.AssemblyNames.SelectMany(name => Assembly.Load(name).GetExportedTypes()).Where(type => type is { IsClass: true, IsGenericTypeDefinition: false });

    // Anything of a type that a constructor may be given.
    private static object? Sample(Type type, int depth)
    {
        if (type == typeof(string)) return "a";
        if (type == typeof(int)) return 1;
        if (type == typeof(long)) return 1L;
        if (type.IsValueType) return Activator.CreateInstance(type);
        if (type.IsArray) return Array.CreateInstance(type.GetElementType()!, 1);
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            MethodInfo invoke = type.GetMethod("Invoke")!;
            return Expression.Lambda(type, Expression.Default(invoke.ReturnType), invoke.GetParameters().Select(parameter => Expression.Parameter(parameter.ParameterType))).Compile();
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            Array list = Array.CreateInstance(type.GenericTypeArguments[0], 1);
            list.SetValue(Sample(type.GenericTypeArguments[0], depth), 0);
            return list;
        }

        object? known = type.GetProperties(BindingFlags.Public | BindingFlags.Static).FirstOrDefault(property => property.PropertyType == type)?.GetValue(null);
        if (known is not null || depth > 4) return known;
        if (type.IsInterface || type.IsAbstract)
        {
            Type? concrete = Types().FirstOrDefault(other => other is { IsAbstract: false } && type.IsAssignableFrom(other) && other.GetConstructors().Length > 0);
            return concrete is not null ? Sample(concrete, depth + 1) : type.IsInterface ? DispatchProxy.Create(type, typeof(Silent)) : null;
        }

        if (type.GetMethods(BindingFlags.Public | BindingFlags.Static).FirstOrDefault(method => method.ReturnType == type && method.GetParameters() is [{ ParameterType: var only }] && only == typeof(string)) is { } make) return make.Invoke(null, ["a"]);
        ConstructorInfo? constructor = type.GetConstructors().MinBy(candidate => candidate.GetParameters().Length);
        return constructor is null ? RuntimeHelpers.GetUninitializedObject(type) : constructor.Invoke([.. constructor.GetParameters().Select(parameter => Sample(parameter.ParameterType, depth + 1))]);
    }

#pragma warning disable CA1852 // A proxy derives from it.
    private class Silent : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => null;
    }
#pragma warning restore CA1852
}
