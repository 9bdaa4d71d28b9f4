using Research.Framework.Equations;

namespace Research.Framework.Managed.Planning;

/// <summary>A sum some of whose terms are products with weights.</summary>
/// <param name="Values">The other terms.</param>
/// <param name="Products">The products, in order.</param>
internal sealed record SumOfProducts(IReadOnlyList<Expr> Values, IReadOnlyList<Expr> Products);
