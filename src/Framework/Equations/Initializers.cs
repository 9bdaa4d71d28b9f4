using System.Globalization;

namespace Research.Framework.Equations;

/// <summary>
/// Keras' initializers. A matrix's fan-in is its rows and its fan-out its columns, of the whole matrix: an LSTM kernel
/// <c>[features, 4 units]</c> counts all four gates. A row vector counts as a matrix of one row.
/// </summary>
public static class Initializers
{
    /// <summary>All zeros.</summary>
    public static Initializer Zeros { get; } = new ConstantInitializer("zeros", 0f);

    /// <summary>All ones.</summary>
    public static Initializer Ones { get; } = new ConstantInitializer("ones", 1f);

    /// <summary>
    /// U(-l, l) with l = sqrt(6 / (rows + columns)). Glorot and Bengio, <em>Understanding the difficulty of training deep
    /// feedforward neural networks</em>, AISTATS 2010.
    /// </summary>
    public static Initializer GlorotUniform { get; } = new VarianceInitializer("glorot_uniform", Fan.Average, 1, normal: false);

    /// <summary>The truncated normal distribution of variance 2 / (rows + columns). Glorot and Bengio, 2010.</summary>
    public static Initializer GlorotNormal { get; } = new VarianceInitializer("glorot_normal", Fan.Average, 1, normal: true);

    /// <summary>
    /// U(-l, l) with l = sqrt(6 / rows). He, Zhang, Ren and Sun, <em>Delving deep into rectifiers</em>, ICCV 2015.
    /// </summary>
    public static Initializer HeUniform { get; } = new VarianceInitializer("he_uniform", Fan.In, 2, normal: false);

    /// <summary>The truncated normal distribution of variance 2 / rows. He, Zhang, Ren and Sun, 2015.</summary>
    public static Initializer HeNormal { get; } = new VarianceInitializer("he_normal", Fan.In, 2, normal: true);

    /// <summary>
    /// U(-l, l) with l = sqrt(3 / rows). LeCun, Bottou, Orr and Müller, <em>Efficient backprop</em>, 1998.
    /// </summary>
    public static Initializer LecunUniform { get; } = new VarianceInitializer("lecun_uniform", Fan.In, 1, normal: false);

    /// <summary>The truncated normal distribution of variance 1 / rows. LeCun, Bottou, Orr and Müller, 1998.</summary>
    public static Initializer LecunNormal { get; } = new VarianceInitializer("lecun_normal", Fan.In, 1, normal: true);

    /// <summary>
    /// A matrix with orthonormal columns (rows, where it is wide): Q of a normal matrix times the signs of R's diagonal.
    /// Saxe, McClelland and Ganguli, <em>Exact solutions to the nonlinear dynamics of learning in deep linear neural
    /// networks</em>, ICLR 2014.
    /// </summary>
    public static Initializer Orthogonal { get; } = new OrthogonalInitializer("orthogonal", 1);

    /// <summary>Ones on the diagonal, zeros elsewhere; the matrix need not be square.</summary>
    public static Initializer Identity { get; } = new IdentityInitializer("identity", 1);

    /// <summary>
    /// Zeros, with ones in the second of four parts: the forget gate of an LSTM bias <c>[4 units]</c>, gates in the order
    /// i, f, c, o. Jozefowicz, Zaremba and Sutskever, <em>An empirical exploration of recurrent network
    /// architectures</em>, ICML 2015.
    /// </summary>
    public static Initializer UnitForgetBias { get; } = new UnitForgetBiasInitializer();

    /// <summary>The initializers without settings, for look-up by name.</summary>
    public static IReadOnlyList<Initializer> All { get; } =
        [Zeros, Ones, GlorotUniform, GlorotNormal, HeUniform, HeNormal, LecunUniform, LecunNormal, Orthogonal, Identity, UnitForgetBias];

    /// <summary>Every element the same.</summary>
    /// <param name="value">A finite number.</param>
    /// <exception cref="ResearchException">The value is not finite.</exception>
    public static Initializer Constant(float value) => float.IsFinite(value)
        ? new ConstantInitializer(Named($"constant({value})"), value)
        : throw new ResearchException(Named($"Constant initializer: expected a finite number, got {value}."));

    /// <summary>U(-limit, limit). Keras' <c>random_uniform</c> has the limit 0.05.</summary>
    /// <param name="limit">Above 0.</param>
    /// <exception cref="ResearchException">The limit is out of range.</exception>
    public static Initializer Uniform(float limit) =>
        new UniformInitializer(Named($"uniform({limit})"), Checked("Uniform", "limit", limit));

    /// <summary>Normal numbers. Keras' <c>random_normal</c> has mean 0 and standard deviation 0.05.</summary>
    /// <param name="mean">A finite number.</param>
    /// <param name="standardDeviation">Above 0.</param>
    /// <exception cref="ResearchException">A setting is out of range.</exception>
    public static Initializer Normal(float mean, float standardDeviation) => new NormalInitializer(
        Named($"normal({mean}, {standardDeviation})"), CheckedMean("Normal", mean), Checked("Normal", "standard deviation", standardDeviation), truncated: false);

    /// <summary>
    /// Normal numbers, drawn again where they are more than two standard deviations from the mean. Keras'
    /// <c>truncated_normal</c> has mean 0 and standard deviation 0.05.
    /// </summary>
    /// <param name="mean">A finite number.</param>
    /// <param name="standardDeviation">Above 0; of the distribution before it is cut off.</param>
    /// <exception cref="ResearchException">A setting is out of range.</exception>
    public static Initializer TruncatedNormal(float mean, float standardDeviation) => new NormalInitializer(
        Named($"truncated_normal({mean}, {standardDeviation})"), CheckedMean("Truncated normal", mean), Checked("Truncated normal", "standard deviation", standardDeviation), truncated: true);

    /// <summary><see cref="Orthogonal"/> times a gain.</summary>
    /// <param name="gain">Above 0.</param>
    /// <exception cref="ResearchException">The gain is out of range.</exception>
    public static Initializer ScaledOrthogonal(float gain) =>
        new OrthogonalInitializer(Named($"orthogonal({gain})"), Checked("Orthogonal", "gain", gain));

    /// <summary>
    /// <see cref="Identity"/> times a gain. Le, Jaitly and Hinton, <em>A simple way to initialize recurrent networks of
    /// rectified linear units</em>, 2015.
    /// </summary>
    /// <param name="gain">Above 0.</param>
    /// <exception cref="ResearchException">The gain is out of range.</exception>
    public static Initializer ScaledIdentity(float gain) =>
        new IdentityInitializer(Named($"identity({gain})"), Checked("Identity", "gain", gain));

    private static float Checked(string initializer, string setting, float value) => float.IsFinite(value) && value > 0
        ? value
        : throw new ResearchException(Named($"{initializer} initializer: expected a {setting} above 0, got {value}."));

    private static float CheckedMean(string initializer, float value) => float.IsFinite(value)
        ? value
        : throw new ResearchException(Named($"{initializer} initializer: expected a finite mean, got {value}."));

    private static string Named(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
