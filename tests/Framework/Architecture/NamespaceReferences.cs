using System.Collections.Immutable;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Research.Framework.Tests.Architecture;

/// <summary>
/// Who refers to whom between the namespaces of one compiled assembly: in base types, fields, signatures, constraints,
/// locals and the instructions of methods. Attributes and constants leave no trace here, nor does documentation.
/// </summary>
internal sealed class NamespaceReferences
{
    private static readonly Dictionary<ushort, OperandType> s_operands = typeof(OpCodes).GetFields()
        .Select(field => field.GetValue(null)).OfType<OpCode>().ToDictionary(code => (ushort)code.Value, code => code.OperandType);

    private readonly NamespaceGraph _graph = new();
    private readonly MetadataReader _metadata;
    private readonly TypeCollector _collector;

    private NamespaceReferences(PEReader file)
    {
        _metadata = file.GetMetadataReader();
        _collector = new TypeCollector();
        foreach (TypeDefinitionHandle handle in _metadata.TypeDefinitions) Collect(file, handle);
    }

    /// <summary>Reads an assembly.</summary>
    /// <param name="path">The file.</param>
    public static NamespaceGraph Of(string path)
    {
        using PEReader file = new(File.OpenRead(path));
        return new NamespaceReferences(file)._graph;
    }

    private void Collect(PEReader file, TypeDefinitionHandle handle)
    {
        TypeDefinition type = _metadata.GetTypeDefinition(handle);
        _collector.Found.Clear();
        Add(type.BaseType);
        foreach (InterfaceImplementationHandle implemented in type.GetInterfaceImplementations()) Add(_metadata.GetInterfaceImplementation(implemented).Interface);
        AddConstraints(type.GetGenericParameters());
        foreach (FieldDefinitionHandle field in type.GetFields()) _metadata.GetFieldDefinition(field).DecodeSignature(_collector, null);
        foreach (MethodDefinitionHandle method in type.GetMethods()) Add(file, _metadata.GetMethodDefinition(method));

        TypeDefinitionHandle outer = Outermost(handle);
        string from = Namespace(outer);
        foreach (TypeDefinitionHandle target in _collector.Found.Select(Outermost))
        {
            string to = Namespace(target);
            if (from.Length == 0 || to.Length == 0) continue; // what the compiler adds has no namespace
            _graph.Add(from, to, $"{Name(outer)} uses {Name(target)}");
        }
    }

    private void Add(PEReader file, MethodDefinition method)
    {
        method.DecodeSignature(_collector, null);
        AddConstraints(method.GetGenericParameters());
        if (method.RelativeVirtualAddress == 0) return;
        MethodBodyBlock body = file.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil) _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(_collector, null);
        foreach (ExceptionRegion region in body.ExceptionRegions) Add(region.CatchType);
        AddInstructions(body.GetILReader());
    }

    private void AddInstructions(BlobReader code)
    {
        while (code.RemainingBytes > 0)
        {
            ushort value = code.ReadByte();
            if (value == 0xFE) value = (ushort)(0xFE00 | code.ReadByte());
            switch (s_operands[value])
            {
                case OperandType.InlineNone: break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar: code.Offset += 1; break;
                case OperandType.InlineVar: code.Offset += 2; break;
                case OperandType.InlineBrTarget or OperandType.InlineI or OperandType.ShortInlineR or OperandType.InlineString: code.Offset += 4; break;
                case OperandType.InlineI8 or OperandType.InlineR: code.Offset += 8; break;
                case OperandType.InlineSwitch: SkipSwitch(ref code); break;
                default: Add(MetadataTokens.EntityHandle(code.ReadInt32())); break; // a method, field, type, token or signature
            }
        }
    }

    private static void SkipSwitch(ref BlobReader code)
    {
        int targets = code.ReadInt32();
        code.Offset += 4 * targets;
    }

    private void AddConstraints(GenericParameterHandleCollection parameters)
    {
        foreach (GenericParameterHandle parameter in parameters)
        {
            foreach (GenericParameterConstraintHandle constraint in _metadata.GetGenericParameter(parameter).GetConstraints())
                Add(_metadata.GetGenericParameterConstraint(constraint).Type);
        }
    }

    private void Add(EntityHandle handle)
    {
        if (handle.IsNil) return;
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                _collector.Found.Add((TypeDefinitionHandle)handle);
                break;
            case HandleKind.TypeSpecification:
                _metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(_collector, null);
                break;
            case HandleKind.FieldDefinition:
                Add(_metadata.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MethodDefinition:
                Add(_metadata.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MemberReference:
                Add(_metadata.GetMemberReference((MemberReferenceHandle)handle).Parent);
                break;
            case HandleKind.MethodSpecification:
                MethodSpecification generic = _metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                Add(generic.Method);
                generic.DecodeSignature(_collector, null);
                break;
            case HandleKind.StandaloneSignature:
                _metadata.GetStandaloneSignature((StandaloneSignatureHandle)handle).DecodeMethodSignature(_collector, null);
                break;
        }
    }

    private TypeDefinitionHandle Outermost(TypeDefinitionHandle handle)
    {
        while (_metadata.GetTypeDefinition(handle).GetDeclaringType() is { IsNil: false } outer) handle = outer;
        return handle;
    }

    private string Namespace(TypeDefinitionHandle handle) => _metadata.GetString(_metadata.GetTypeDefinition(handle).Namespace);

    private string Name(TypeDefinitionHandle handle) => _metadata.GetString(_metadata.GetTypeDefinition(handle).Name);

    /// <summary>Notes every type of this assembly that a signature names; what it decodes to is of no interest.</summary>
    private sealed class TypeCollector : ISignatureTypeProvider<bool, object?>
    {
        public HashSet<TypeDefinitionHandle> Found { get; } = [];

        public bool GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => Found.Add(handle);

        public bool GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

        public bool GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => false;

        public bool GetPrimitiveType(PrimitiveTypeCode typeCode) => false;

        public bool GetGenericMethodParameter(object? genericContext, int index) => false;

        public bool GetGenericTypeParameter(object? genericContext, int index) => false;

        public bool GetFunctionPointerType(MethodSignature<bool> signature) => false;

        public bool GetArrayType(bool elementType, ArrayShape shape) => false;

        public bool GetByReferenceType(bool elementType) => false;

        public bool GetGenericInstantiation(bool genericType, ImmutableArray<bool> typeArguments) => false;

        public bool GetModifiedType(bool modifier, bool unmodifiedType, bool isRequired) => false;

        public bool GetPinnedType(bool elementType) => false;

        public bool GetPointerType(bool elementType) => false;

        public bool GetSZArrayType(bool elementType) => false;
    }
}
