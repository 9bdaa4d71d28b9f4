namespace Research.Framework.Equations;

/// <summary>Shapes that do not fit, found while an equation is traced: names the cell, the operation and the shapes.</summary>
public sealed class ShapeException : ResearchException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Cell, operation, shapes, and what was expected.</param>
    public ShapeException(string message) : base(message)
    {
    }
}
