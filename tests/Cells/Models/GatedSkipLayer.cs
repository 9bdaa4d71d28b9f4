using Research.Framework.Equations;
using Research.Framework.Models;
using static Research.Framework.Equations.Functions;

namespace Research.Cells.Tests.Models;

/// <summary>g f(x) + (1 - g) x with a gate g of x. Srivastava, Greff and Schmidhuber, <em>Highway networks</em>, 2015.</summary>
public sealed record GatedSkipLayer(Layer Inner) : Layer
{
    public override Flow Build(ModelScope model, Flow input)
    {
        Flow inner = model.Add(Inner, input);
        return model.Rows("gate", [input, inner], (scope, x) =>
        {
            Expr gate = Sigmoid(x[0].Dot(scope.Kernel("kernel", inner.Features)) + scope.Bias("bias", inner.Features));
            return gate * x[1] + (1 - gate) * x[0];
        });
    }
}
