namespace Research.Framework.Managed.Kernels;

/// <summary>A small number as a type, so that the compiler unrolls a tile of that size.</summary>
internal interface ITileSize
{
    static abstract int Value { get; }
}

/// <summary>The sizes.</summary>
internal static class TileSize
{
    internal readonly struct N1 : ITileSize
    {
        public static int Value => 1;
    }

    internal readonly struct N2 : ITileSize
    {
        public static int Value => 2;
    }

    internal readonly struct N3 : ITileSize
    {
        public static int Value => 3;
    }

    internal readonly struct N4 : ITileSize
    {
        public static int Value => 4;
    }

    internal readonly struct N5 : ITileSize
    {
        public static int Value => 5;
    }

    internal readonly struct N6 : ITileSize
    {
        public static int Value => 6;
    }

    internal readonly struct N7 : ITileSize
    {
        public static int Value => 7;
    }

    internal readonly struct N8 : ITileSize
    {
        public static int Value => 8;
    }
}
