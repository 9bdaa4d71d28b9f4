namespace Research.Framework.Hosting.Reports;

/// <summary>
/// Takes compact JSON and passes it on as people read it: two spaces for each level, every member and item on a line of its own, as
/// <see cref="System.Text.Json.Utf8JsonWriter"/> indents, which takes no text that is written already. Holds no more than a piece of it.
/// </summary>
/// <param name="inner">Receives the text; not disposed of with this.</param>
internal sealed class IndentingStream(Stream inner) : Stream
{
    private const int IndentSize = 2;

    private readonly byte[] _buffer = new byte[1 << 14];
    private int _length;
    private int _depth;
    private bool _isInText;
    private bool _isEscaped;
    private bool _isOpened; // a bracket, with nothing in it yet

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        foreach (byte next in buffer) Take(next);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        Drain();
        inner.Flush();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void Take(byte next)
    {
        if (_isInText)
        {
            Put(next);
            if (_isEscaped) _isEscaped = false;
            else if (next == '\\') _isEscaped = true;
            else if (next == '"') _isInText = false;
            return;
        }

        if (next is (byte)']' or (byte)'}')
        {
            _depth--;
            if (!_isOpened) BreakLine();
        }
        else if (_isOpened)
        {
            BreakLine();
        }

        _isOpened = next is (byte)'[' or (byte)'{';
        if (_isOpened) _depth++;
        _isInText = next == '"';
        Put(next);
        if (next == ',') BreakLine();
        else if (next == ':') Put((byte)' ');
    }

    private void BreakLine()
    {
        Put((byte)'\n');
        for (int i = 0; i < IndentSize * _depth; i++) Put((byte)' ');
    }

    private void Put(byte next)
    {
        if (_length == _buffer.Length) Drain();
        _buffer[_length++] = next;
    }

    private void Drain()
    {
        inner.Write(_buffer, 0, _length);
        _length = 0;
    }
}
