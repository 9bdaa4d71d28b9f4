using System.Buffers.Binary;
using System.Text;
using Research.Framework.Numerics;
using Research.Framework.Weights;

namespace Research.Framework.Tests.Weights;

public class SafetensorsFileTests
{
    private static readonly TensorFile Sample = new(
        [
            NamedTensor.OfBytes("bytes", [3], [1, 2, 255]),
            NamedTensor.OfFloats("lstm_1/kernel", [2, 3], [1.5f, -2, float.MinValue, 0, float.Epsilon, float.PositiveInfinity]),
            NamedTensor.OfDoubles("scalar", [], [Math.PI]),
            NamedTensor.OfLongs("längs \"quoted\"", [1, 2], [long.MinValue, long.MaxValue]),
            NamedTensor.OfFloats("empty", [0, 7], []),
        ],
        new Dictionary<string, string> { ["format"] = "test", ["note"] = "ü\n" });

    [Test]
    public void Read_WhatWasWritten()
    {
        TensorFile read = Read(Write(Sample));
        Assert.That(read.Metadata, Is.EqualTo(Sample.Metadata));
        Assert.That(read.Tensors.Select(tensor => tensor.ToString()), Is.EquivalentTo(Sample.Tensors.Select(tensor => tensor.ToString())));
        Assert.That(read["bytes"].ToBytes(), Is.EqualTo(Sample["bytes"].ToBytes()));
        Assert.That(read["lstm_1/kernel"].ToFloats(), Is.EqualTo(Sample["lstm_1/kernel"].ToFloats()));
        Assert.That(read["scalar"].ToDoubles(), Is.EqualTo((double[])[Math.PI]));
        Assert.That(read["längs \"quoted\""].ToLongs(), Is.EqualTo((long[])[long.MinValue, long.MaxValue]));
        Assert.That(read["empty"].Shape, Is.EqualTo((int[])[0, 7]));
    }

    [Test]
    public void Write_BytesAsTheFormatSays()
    {
        byte[] bytes = Write(new TensorFile([NamedTensor.OfFloats("a", [2], [1, 2])]));
        const string Header = """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}  """;
        Assert.That(Header.Length % 8, Is.Zero);
        Assert.That(bytes, Is.EqualTo((byte[])[(byte)Header.Length, 0, 0, 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(Header), 0, 0, 128, 63, 0, 0, 0, 64]));
    }

    [Test]
    public void Write_NumbersAreAligned()
    {
        byte[] bytes = Write(Sample);
        Assert.That((8 + BinaryPrimitives.ReadInt64LittleEndian(bytes)) % 8, Is.Zero);
        Assert.That(Read(bytes).Tensors.Select(tensor => tensor.Type), Is.EqualTo((TensorType[])[TensorType.Float64, TensorType.Int64, TensorType.Float32, TensorType.Float32, TensorType.UInt8]));
    }

    [Test]
    public void Write_WhatWasRead_GivesTheSameBytes()
    {
        // Tensors without numbers all begin where the next one does.
        byte[] bytes = Write(new TensorFile([.. Enumerable.Range(0, 40).Select(i => NamedTensor.OfFloats($"empty {i}", [0], [])), NamedTensor.OfFloats("a", [1], [1])]));
        Assert.That(Write(Read(bytes)), Is.EqualTo(bytes));
    }

    // One tensor of 4.8 GB, which no span of bytes and no array of bytes holds, and one behind it.
    [Test]
    public void Read_PastFourGigabytes_OneTensorAlone()
    {
        const int Count = 1_200_000_000;
        byte[] header = Encoding.UTF8.GetBytes(FormattableString.Invariant($$$"""{"large":{"dtype":"F32","shape":[2,{{{Count / 2}}}],"data_offsets":[0,{{{4L * Count}}}]},"last":{"dtype":"F32","shape":[2],"data_offsets":[{{{4L * Count}}},{{{4L * Count + 8}}}]}}"""));
        using FileStream file = Sparse();
        file.Write([(byte)header.Length, 0, 0, 0, 0, 0, 0, 0, .. header]);
        file.SetLength(file.Position + 4L * Count + 8);
        file.Position = file.Length - 8;
        file.Write([0, 0, 128, 63, 0, 0, 0, 64]);
        file.Position = 0;
        TensorFile read = SafetensorsFile.Read(file, "large", name => name == "last");
        Assert.That(read.Tensors.Single().ToFloats(), Is.EqualTo((float[])[1, 2]));

        file.SetLength(file.Length - 1);
        file.Position = 0;
        Assert.That(() => SafetensorsFile.Read(file, "large"), Throws.TypeOf<ResearchException>().With.Message.Contains("ends at 4800000008, but there are only 4800000007 bytes"), "before anything large is read");
    }

    [Test]
    public void Read_MoreNumbersThanAnArrayHolds_IsRefused()
    {
        const string Header = """{"large":{"dtype":"U8","shape":[2147483647],"data_offsets":[0,2147483647]}}""";
        using FileStream file = Sparse();
        file.Write([(byte)Header.Length, 0, 0, 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(Header)]);
        file.SetLength(file.Position + int.MaxValue);
        file.Position = 0;
        Assert.That(() => SafetensorsFile.Read(file, "large"), Throws.TypeOf<ResearchException>().With.Message.Contains("2147483647 numbers, more than an array holds"));
    }

    // What is not written takes no room on the disk.
    private static FileStream Sparse() =>
        new(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose });

    [TestCase("[]", "object")]
    [TestCase(""" {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "beginning with '{'")]
    [TestCase("", "JSON")]
    [TestCase("{", "JSON")]
    [TestCase("""{"a":1}""", "expected tensor 'a' to be a JSON object")]
    [TestCase("""{"":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}""", "empty name")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "JSON")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\u0061":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "")]
    [TestCase("""{"a\uD800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "JSON")]
    [TestCase("""{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "JSON")]
    [TestCase("""{"a":{"dtype":"BF16","shape":[4],"data_offsets":[0,8]}}""", "dtype 'BF16'")]
    [TestCase("""{"a":{"shape":[2],"data_offsets":[0,8]}}""", "needs a dtype")]
    [TestCase("""{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", "needs a dtype")]
    [TestCase("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", "needs a dtype")]
    [TestCase("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1}}""", "unexpected entry 'more'")]
    [TestCase("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "axis of -2")]
    [TestCase("""{"a":{"dtype":"F32","shape":[2147483647,2147483647,2147483647],"data_offsets":[0,8]}}""", "data_offsets [0, 8]")]
    [TestCase("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "data_offsets [0, 8]")]
    [TestCase("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "data_offsets [8, 0]")]
    [TestCase("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", "data_offsets [-8, 0]")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "begins at 4")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "fill 4 bytes")]
    [TestCase("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""", "ends at 12")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[9223372036854775803,9223372036854775807]}}""", "begins at")]
    [TestCase("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "begins at 4")]
    [TestCase("""{"__metadata__":[],"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "__metadata__")]
    [TestCase("""{"__metadata__":{"epoch":1},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "to be text")]
    public void Read_DamagedHeader_IsRefused(string header, string message)
    {
        byte[] text = Encoding.UTF8.GetBytes(header), length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        ResearchException refusal = Assert.Throws<ResearchException>(() => Read([.. length, .. text, .. new byte[8]]))!;
        Assert.That(refusal.Message, Does.Contain(message));
    }

    [TestCase("{\"NAME\":1}")]
    [TestCase("{\"NAME\":{\"dtype\":\"F32\",\"shape\":[2]}}")]
    [TestCase("{\"a\":{\"dtype\":\"NAME\",\"shape\":[2],\"data_offsets\":[0,8]}}")]
    [TestCase("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"NAME\":1}}")]
    [TestCase("{\"NAME\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"NAME\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}")]
    [TestCase("{\"NAME\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}}")]
    [TestCase("{\"__metadata__\":{\"NAME\":1}}")]
    [TestCase("{\"__metadata__\":{\"NAME\":\"\",\"NAME\":\"\"}}")]
    [TestCase("NAME")]
    [TestCase("{NAME")]
    public void Read_HostileHeader_HasAShortMessage(string header)
    {
        byte[] text = Encoding.UTF8.GetBytes(header.Replace("NAME", new string('n', 1_000_000), StringComparison.Ordinal)), length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        ResearchException refusal = Assert.Throws<ResearchException>(() => Read([.. length, .. text, .. new byte[8]]))!;
        Assert.That(refusal.Message, Has.Length.LessThan(400));
    }

    [TestCase(ulong.MaxValue)]
    [TestCase(1ul << 63)]
    [TestCase(100_000_001ul)]
    [TestCase(1000ul)]
    public void Read_AbsurdHeaderLength_IsRefused(ulong length)
    {
        byte[] bytes = Write(Sample);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        Assert.That(() => Read(bytes), Throws.TypeOf<ResearchException>().With.Message.Contains("header claims"));
    }

    [Test]
    public void Read_CutShort_IsRefusedAtEveryLength()
    {
        byte[] bytes = Write(Sample);
        for (int length = 0; length < bytes.Length; length++)
            Assert.That(() => Read(bytes[..length]), Throws.TypeOf<ResearchException>(), $"{length} of {bytes.Length} bytes");
    }

    [Test]
    public void Read_AnyBitFlipped_IsReadOrRefused()
    {
        // A flipped bit in the numbers is read as other numbers; in the header it is refused, or names something else.
        byte[] bytes = Write(Sample);
        int refused = 0;
        for (int bit = 0; bit < 8 * bytes.Length; bit++)
        {
            byte[] flipped = [.. bytes];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                Assert.That(Read(flipped).Tensors, Is.Not.Empty);
            }
            catch (ResearchException)
            {
                refused++;
            }
        }

        Assert.That(refused, Is.GreaterThan(bytes.Length));
    }

    [Test]
    public void Read_RandomBytes_IsReadOrRefused()
    {
        Random random = new Seeds(1).Stream("fuzz");
        byte[] bytes = Write(Sample);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] spoilt = [.. bytes];
            for (int change = random.Next(1, 6); change > 0; change--) spoilt[random.Next(spoilt.Length)] = (byte)random.Next(256);
            try
            {
                _ = Read(spoilt);
            }
            catch (ResearchException exception)
            {
                Assert.That(exception.Message, Does.Contain("file.safetensors").Or.Contain("Two tensors"));
            }
        }
    }

    [Test]
    public void Tensors_WrongCountTypeOrName_AreRefused()
    {
        Assert.That(() => NamedTensor.OfFloats("a", [2, 2], [1, 2, 3]), Throws.TypeOf<ResearchException>().With.Message.Contains("[2, 2]"));
        Assert.That(() => NamedTensor.OfFloats("a", [-1], []), Throws.TypeOf<ResearchException>());
        Assert.That(() => NamedTensor.OfFloats("a", [int.MaxValue, int.MaxValue, int.MaxValue], []), Throws.TypeOf<ResearchException>());
        Assert.That(() => NamedTensor.OfFloats("", [0], []), Throws.TypeOf<ResearchException>());
        Assert.That(() => Sample["scalar"].ToFloats(), Throws.TypeOf<ResearchException>().With.Message.Contains("Float64"));
        Assert.That(() => Sample["unheard"], Throws.TypeOf<ResearchException>().With.Message.Contains("'lstm_1/kernel'"));
        Assert.That(() => new TensorFile([Sample["scalar"], Sample["scalar"]]), Throws.TypeOf<ResearchException>());
        Assert.That(() => Write(new TensorFile([Sample["scalar"].WithName("__metadata__")])), Throws.TypeOf<ResearchException>());
    }

    private static byte[] Write(TensorFile file)
    {
        using MemoryStream stream = new();
        SafetensorsFile.Write(stream, file);
        return stream.ToArray();
    }

    private static TensorFile Read(byte[] bytes) => SafetensorsFile.Read(bytes, "file.safetensors");
}
