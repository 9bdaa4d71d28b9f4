namespace Research.Framework.Engine;

/// <summary>How far a random stream has been drawn.</summary>
/// <param name="Name">The stream's name, e.g. <c>dropout/lstm_1</c>.</param>
/// <param name="Position">Numbers drawn; 0 or more.</param>
public sealed record StreamPosition(string Name, long Position);
