namespace Research.Framework.Hosting.Files;

/// <summary>A stream into an open file, for writers that know streams alone.</summary>
/// <param name="file">The file; not disposed of with this.</param>
/// <param name="begin">Where the first byte goes.</param>
internal sealed class WritingStream(IOpenFile file, long begin = 0) : Stream
{
    /// <summary>Where the next byte goes.</summary>
    public long End { get; private set; } = begin;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        file.Write(buffer, End);
        End += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
