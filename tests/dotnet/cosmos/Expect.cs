using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Azure.Cosmos;

namespace Stockroom.Cosmos;

public sealed record Item(string id, string pk, int n = 0, string[]? tags = null);

/// <summary>Comparisons that say what was expected and what was there.</summary>
public static class Expect
{
    public static void Equal<T>(T expected, T actual, [CallerArgumentExpression(nameof(actual))] string what = "")
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new InvalidOperationException($"{what}: expected {expected}, got {actual}");
        }
    }

    public static void Sequence<T>(
        IEnumerable<T> expected,
        IEnumerable<T> actual,
        [CallerArgumentExpression(nameof(actual))] string what = ""
    ) => Equal(string.Join(", ", expected), string.Join(", ", actual), what);

    /// <summary>The call must fail with this status, and with this substatus if one is given.</summary>
    public static async Task Fails(HttpStatusCode status, Func<Task> call, int? substatus = null)
    {
        try
        {
            await call();
        }
        catch (CosmosException exception)
        {
            Equal(status, exception.StatusCode);
            if (substatus is int wanted)
            {
                Equal(wanted, exception.SubStatusCode);
            }
            return;
        }
        throw new InvalidOperationException($"Expected {status}, but the call succeeded");
    }

    /// <summary>Waits for what happens beside the caller.</summary>
    public static async Task Eventually(string what, Func<bool> look)
    {
        DateTime end = DateTime.UtcNow.AddSeconds(15);
        while (!look())
        {
            if (DateTime.UtcNow > end)
            {
                throw new TimeoutException($"Waited in vain: {what}");
            }
            await Task.Delay(20);
        }
    }

    public static async Task<List<T>> All<T>(FeedIterator<T> iterator)
    {
        using (iterator)
        {
            List<T> all = [];
            while (iterator.HasMoreResults)
            {
                all.AddRange(await iterator.ReadNextAsync());
            }
            return all;
        }
    }
}
