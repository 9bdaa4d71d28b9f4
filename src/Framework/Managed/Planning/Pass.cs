namespace Research.Framework.Managed.Planning;

/// <summary>The passes over a layer, in the order in which they run.</summary>
internal enum Pass
{
    ForwardBefore,
    ForwardLoop,
    ForwardAfter,
    BackwardBefore,
    BackwardLoop,
    BackwardAfter,
}
