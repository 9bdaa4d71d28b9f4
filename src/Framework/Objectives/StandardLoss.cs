namespace Research.Framework.Objectives;

/// <summary>One of the losses that every engine has.</summary>
internal sealed record StandardLoss : Loss
{
    public StandardLoss(string name, LossKind kind, double delta = 0) : base(name, kind, delta)
    {
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
