namespace Research.Framework.Experiments;

/// <summary>Makes what dependency injection makes: code of its author's, which may ask for what is not registered, or throw.</summary>
internal static class Creation
{
    /// <summary>Creates something.</summary>
    /// <param name="what">How a message begins, e.g. <c>Observer GoodEnough cannot be created</c>.</param>
    /// <param name="create">Creates it.</param>
    /// <exception cref="ResearchException">What its constructor asks for is not registered.</exception>
    /// <exception cref="UserCodeException">Its constructor threw.</exception>
    public static T Of<T>(string what, Func<T> create)
    {
        try
        {
            return UserCodeException.Guard(what, create);
        }
        catch (UserCodeException exception) when (exception.InnerException is InvalidOperationException { Source: { } source } missing && source.StartsWith("Microsoft.Extensions.DependencyInjection", StringComparison.Ordinal))
        {
            throw new ResearchException($"{what}: {missing.Message} Register what its constructor asks for.", missing);
        }
    }
}
