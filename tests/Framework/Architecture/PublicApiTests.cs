using System.Reflection;
using System.Runtime.CompilerServices;

namespace Research.Framework.Tests.Architecture;

/// <summary>House rules on the public types of every assembly of src.</summary>
public class PublicApiTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    // Open to derivation on purpose, each with its reason.
    private static readonly Dictionary<string, string> Derivable = new()
    {
        ["Research.Framework.ResearchException"] = "narrower failures derive from it, and one catch clause at the command line serves them all",
    };

    // What F# keeps for itself, or may one day.
    private static readonly HashSet<string> FSharpKeywords =
    [
        .. ("abstract and as assert base begin class default delegate do done downcast downto elif else end exception extern false finally fixed for fun function "
            + "global if in inherit inline interface internal lazy let match member module mutable namespace new null of open or override private public rec return "
            + "sig static struct then to true try type upcast use val void when while with yield "
            + "atomic break checked component const constraint constructor continue event external include mixin parallel process protected pure sealed tailcall trait virtual").Split(' '),
    ];

    private static IEnumerable<string> AssemblyNames() => ProjectReferences.AssemblyNames;

    [TestCaseSource(nameof(AssemblyNames))]
    public void References_PointOneWay(string assemblyName)
    {
        IEnumerable<string> references = Assembly.Load(assemblyName).GetReferencedAssemblies()
            .Select(reference => reference.Name!).Where(name => name.StartsWith("Research.", StringComparison.Ordinal)).Select(Project);
        Assert.That(ProjectReferences.Wrong(Project(assemblyName), references), Is.Empty);
    }

    [TestCaseSource(nameof(AssemblyNames))]
    public void Types_AreSealedOrAbstract(string assemblyName) =>
        Assert.That(Types(assemblyName).SelectMany(OpenTypes), Is.Empty, "Seal it, make it abstract, or list it with the reason why it may be derived from.");

    [TestCaseSource(nameof(AssemblyNames))]
    public void Methods_HaveNoRefOrOut(string assemblyName) =>
        Assert.That(Types(assemblyName).SelectMany(ByReference), Is.Empty, "Return a named type; 'in' is for readonly structs.");

    [TestCaseSource(nameof(AssemblyNames))]
    public void Signatures_HaveNoTuples(string assemblyName) =>
        Assert.That(Types(assemblyName).SelectMany(Tuples), Is.Empty, "Return a named type.");

    [TestCaseSource(nameof(AssemblyNames))]
    public void Overloads_AtMostOneTakesADelegate(string assemblyName) =>
        Assert.That(Types(assemblyName).SelectMany(DelegateOverloads), Is.Empty, "Lambdas cannot choose between them, in F# least of all: give one another name.");

    [TestCaseSource(nameof(AssemblyNames))]
    public void Parameters_AreNotNamedByKeywordsOfFSharp(string assemblyName) =>
        Assert.That(Types(assemblyName).SelectMany(Keywords), Is.Empty, "F# can name such an argument only in double backticks: choose another word.");

    [TestCaseSource(nameof(AssemblyNames))]
    public void Signatures_AreNullableAnnotated(string assemblyName) =>
        Assert.That(Types(assemblyName).SelectMany(Unannotated), Is.Empty);

    [Test]
    public void Assemblies_AreThoseOfEveryProject() =>
        Assert.That(AssemblyNames().Select(name => Project(name)), Is.EquivalentTo(RepositoryFiles.Projects.Select(Path.GetFileNameWithoutExtension).Where(name => name != "Torch" || ProjectReferences.HasTorch)));

    [Test]
    public void Rules_FindWhatTheyLookFor()
    {
        Assert.That(OpenTypes(typeof(Offender)), Has.Exactly(1).Items);
        Assert.That(ByReference(typeof(Offender)), Has.Exactly(3).Items);
        Assert.That(Tuples(typeof(Offender)), Has.Exactly(3).Items);
        Assert.That(DelegateOverloads(typeof(Offender)), Has.Exactly(1).Items);
        Assert.That(Unannotated(typeof(Offender)), Has.Exactly(2).Items);
        Assert.That(Keywords(typeof(Offender)), Has.Exactly(1).Items);
        foreach (Func<Type, IEnumerable<string>> rule in (Func<Type, IEnumerable<string>>[])[OpenTypes, ByReference, Tuples, DelegateOverloads, Unannotated, Keywords])
            Assert.That(rule(typeof(Exemplar)), Is.Empty);
    }

    private static IEnumerable<string> OpenTypes(Type type)
    {
        if (type.IsClass && !type.IsSealed && !type.IsAbstract && !Derivable.ContainsKey(type.FullName!)) yield return type.FullName!;
    }

    private static IEnumerable<string> ByReference(Type type) =>
        from method in Methods(type)
        from parameter in method.GetParameters()
        where parameter.ParameterType.IsByRef
        let value = parameter.ParameterType.GetElementType()!
        where !(parameter.IsIn && value.IsValueType && value.IsDefined(typeof(IsReadOnlyAttribute)))
        select $"{Name(method)}({parameter.Name})";

    private static IEnumerable<string> Tuples(Type type)
    {
        foreach (MethodBase method in Methods(type))
        {
            IEnumerable<Type> signature = method.GetParameters().Select(parameter => parameter.ParameterType);
            if (method is MethodInfo { ReturnType: Type result }) signature = signature.Append(result);
            if (signature.Any(HasTuple)) yield return Name(method);
        }

        foreach (FieldInfo field in type.GetFields(Declared).Where(field => (field.IsPublic || field.IsFamily) && HasTuple(field.FieldType)))
            yield return $"{type.FullName}.{field.Name}";
    }

    private static IEnumerable<string> DelegateOverloads(Type type) =>
        from method in Methods(type)
        where method.GetParameters().Any(parameter => typeof(Delegate).IsAssignableFrom(parameter.ParameterType))
        group method by method.Name into overloads
        where overloads.Count() > 1
        select $"{Name(overloads.First())}: {overloads.Count()} overloads take a delegate";

    private static IEnumerable<string> Keywords(Type type) =>
        from method in Methods(type)
        from parameter in method.GetParameters()
        where FSharpKeywords.Contains(parameter.Name!)
        select $"{Name(method)}({parameter.Name})";

    private static IEnumerable<string> Unannotated(Type type)
    {
        NullabilityInfoContext context = new();
        foreach (MethodBase method in Methods(type))
        {
            // An accessor's annotations are its property's.
            if (method.IsSpecialName && !method.IsConstructor && !method.Name.StartsWith("op_", StringComparison.Ordinal)) continue;
            IEnumerable<ParameterInfo> signature = method is MethodInfo info ? method.GetParameters().Append(info.ReturnParameter) : method.GetParameters();
            if (signature.Any(parameter => IsUnknown(context.Create(parameter)))) yield return Name(method);
        }

        foreach (PropertyInfo property in type.GetProperties(Declared).Where(property => property.GetMethod is { IsPublic: true }))
        {
            if (IsUnknown(context.Create(property))) yield return $"{type.FullName}.{property.Name}";
        }
    }

    private static bool IsUnknown(NullabilityInfo info) =>
        (!info.Type.IsValueType && !info.Type.IsByRef && !info.Type.IsPointer && !info.Type.IsGenericParameter && info.ReadState == NullabilityState.Unknown && info.Type != typeof(void))
        || info.GenericTypeArguments.Any(IsUnknown)
        || (info.ElementType is not null && IsUnknown(info.ElementType));

    private static bool HasTuple(Type type)
    {
        if (type.HasElementType) return HasTuple(type.GetElementType()!);
        return typeof(ITuple).IsAssignableFrom(type) || type.GenericTypeArguments.Any(HasTuple);
    }

    private static IEnumerable<Type> Types(string assemblyName) => Assembly.Load(assemblyName).GetExportedTypes();

    // What a caller or a deriving class sees; what the compiler adds to records and delegates is not ours to shape.
    private static IEnumerable<MethodBase> Methods(Type type) =>
        typeof(Delegate).IsAssignableFrom(type)
            ? [type.GetMethod("Invoke")!]
            : type.GetMembers(Declared).OfType<MethodBase>()
                .Where(method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly)
                .Where(method => !method.IsDefined(typeof(CompilerGeneratedAttribute)) || method.IsSpecialName);

    private static string Project(string assemblyName) => assemblyName.Split('.')[^1];

    private static string Name(MethodBase method) => $"{method.DeclaringType!.FullName}.{method.Name}";

    private readonly struct ReadOnlyValue;

    private struct MutableValue
    {
        public int Number { get; set; }
    }

#pragma warning disable CA1852 // What the rules must find.
    private class Offender
    {
        public (int Row, int Column)[] Cells { get; } = [];

        public void Out(out int value) => value = 0;

        public void Ref(ref int value) => value++;

        public int In(in MutableValue value) => value.Number;

        public IReadOnlyList<Tuple<int, int>> Nested() => [];

        public Tuple<int> Single() => new(1);

        public void Each(Action action) => action();

        public void Each(Func<int> make) => _ = make();

        public int Part(int index, int of) => index * of;

#nullable disable
        public string[] ObliviousProperty { get; } = [];

        public string Oblivious(int value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
#nullable restore
    }

    private sealed record Exemplar(string Name, int? Count)
    {
        public string? Other { get; init; }

        public IReadOnlyList<string?> Many { get; init; } = [];

        public int In(in ReadOnlyValue value) => value.GetHashCode() + Many.Count;

        public T Generic<T>(T value, Func<T, T> change) => change(value);

        public Exemplar Each(Action action)
        {
            action();
            return this;
        }

        public Exemplar Each(int count) => this with { Count = count };
    }
#pragma warning restore
}
