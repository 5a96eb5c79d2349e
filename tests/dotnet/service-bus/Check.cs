/// <summary>What a scenario claims; the first claim that is wrong ends it.</summary>
internal static class Check
{
    public static void Equal<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
            throw new InvalidOperationException($"{what}: expected {expected}, was {actual}");
    }

    public static void True(bool condition, string what)
    {
        if (!condition) throw new InvalidOperationException(what);
    }

    public static void Sequence<T>(IEnumerable<T> expected, IEnumerable<T> actual, string what) =>
        Equal(string.Join(",", expected), string.Join(",", actual), what);

    public static async Task Fails<TError>(Func<Task> call, Func<TError, bool> expected, string what)
        where TError : Exception
    {
        try
        {
            await call();
        }
        catch (TError error)
        {
            True(expected(error), $"{what}: {error.Message}");
            return;
        }
        throw new InvalidOperationException($"{what}: did not fail");
    }
}
