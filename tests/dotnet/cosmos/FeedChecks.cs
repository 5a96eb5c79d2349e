using System.Collections.Concurrent;
using System.Net;
using Microsoft.Azure.Cosmos;

namespace Stockroom.Cosmos;

public sealed class FeedChecks(Database database)
{
    private readonly Container items = database.GetContainer("changes");

    public IEnumerable<(string, Func<Task>)> All =>
        [
            ("changes are pulled from the beginning, from now and from a continuation", Pull),
            ("changes under one key are pulled by themselves", PullKey),
            ("changes are pulled from a time", PullTime),
            ("a processor is given every change once, and goes on where it was stopped", Processor),
            ("a second processor takes over when the first one stops", TakesOver),
            ("the estimator tells how many changes are pending", Estimator),
        ];

    private static async Task<List<int>> Drain(FeedIterator<Item> iterator)
    {
        List<int> seen = [];
        while (true)
        {
            FeedResponse<Item> page = await iterator.ReadNextAsync();
            if (page.StatusCode == HttpStatusCode.NotModified)
            {
                return seen;
            }
            seen.AddRange(page.Select(item => item.n));
        }
    }

    private async Task Write(Container container, int from, int to)
    {
        for (int n = from; n < to; n += 1)
        {
            await container.UpsertItemAsync(new Item($"i{n}", $"p{n % 2}", n));
        }
    }

    private async Task Pull()
    {
        await database.CreateContainerAsync("changes", "/pk");
        await Write(items, 0, 5);
        using FeedIterator<Item> now = items.GetChangeFeedIterator<Item>(ChangeFeedStartFrom.Now(), ChangeFeedMode.LatestVersion);
        Expect.Sequence([], await Drain(now));
        using FeedIterator<Item> all = items.GetChangeFeedIterator<Item>(
            ChangeFeedStartFrom.Beginning(),
            ChangeFeedMode.LatestVersion,
            new() { PageSizeHint = 2 }
        );
        FeedResponse<Item> first = await all.ReadNextAsync();
        await Write(items, 5, 7);
        using FeedIterator<Item> rest = items.GetChangeFeedIterator<Item>(
            ChangeFeedStartFrom.ContinuationToken(first.ContinuationToken),
            ChangeFeedMode.LatestVersion
        );

        Expect.Equal(2, first.Count);
        Expect.Sequence([2, 3, 4, 5, 6], await Drain(rest));
        Expect.Sequence([5, 6], await Drain(now));
    }

    private async Task PullKey()
    {
        using FeedIterator<Item> key = items.GetChangeFeedIterator<Item>(
            ChangeFeedStartFrom.Beginning(FeedRange.FromPartitionKey(new PartitionKey("p1"))),
            ChangeFeedMode.LatestVersion
        );

        Expect.Sequence([1, 3, 5], await Drain(key));
    }

    private async Task PullTime()
    {
        using FeedIterator<Item> past = items.GetChangeFeedIterator<Item>(
            ChangeFeedStartFrom.Time(DateTime.UtcNow.AddHours(-1)),
            ChangeFeedMode.LatestVersion
        );
        using FeedIterator<Item> future = items.GetChangeFeedIterator<Item>(
            ChangeFeedStartFrom.Time(DateTime.UtcNow.AddHours(1)),
            ChangeFeedMode.LatestVersion
        );

        Expect.Equal(7, (await Drain(past)).Count);
        Expect.Equal(0, (await Drain(future)).Count);
    }

    private ChangeFeedProcessor NewProcessor(string source, string host, ConcurrentQueue<int> seen) =>
        database
            .GetContainer(source)
            .GetChangeFeedProcessorBuilder<Item>(
                "processor",
                (IReadOnlyCollection<Item> changes, CancellationToken _) =>
                {
                    foreach (Item change in changes)
                    {
                        seen.Enqueue(change.n);
                    }
                    return Task.CompletedTask;
                }
            )
            .WithInstanceName(host)
            .WithLeaseContainer(database.GetContainer($"{source}-leases"))
            .WithStartTime(DateTime.MinValue.ToUniversalTime())
            .WithPollInterval(TimeSpan.FromMilliseconds(50))
            .WithLeaseConfiguration(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(300))
            .Build();

    private async Task<Container> NewSource(string name)
    {
        Container source = await database.CreateContainerAsync(name, "/pk");
        await database.CreateContainerAsync($"{name}-leases", "/id");
        return source;
    }

    private async Task Processor()
    {
        Container source = await NewSource("processed");
        ConcurrentQueue<int> seen = new();
        await Write(source, 0, 30);
        ChangeFeedProcessor first = NewProcessor("processed", "one", seen);
        await first.StartAsync();
        await Expect.Eventually("the first changes", () => seen.Count >= 30);
        await first.StopAsync();
        await Write(source, 30, 40);
        ChangeFeedProcessor second = NewProcessor("processed", "one", seen);
        await second.StartAsync();
        await Expect.Eventually("the changes made in between", () => seen.Count >= 40);
        await second.StopAsync();

        Expect.Sequence(Enumerable.Range(0, 40), seen);
    }

    private async Task TakesOver()
    {
        Container source = await NewSource("shared");
        ConcurrentQueue<int> one = new();
        ConcurrentQueue<int> two = new();
        ChangeFeedProcessor first = NewProcessor("shared", "one", one);
        ChangeFeedProcessor second = NewProcessor("shared", "two", two);
        await first.StartAsync();
        await Write(source, 0, 5);
        await Expect.Eventually("the first host sees them", () => one.Count >= 5);
        await second.StartAsync();
        await first.StopAsync();
        await Write(source, 5, 10);
        await Expect.Eventually("the second host sees the rest", () => two.Count >= 5);
        await second.StopAsync();

        Expect.Sequence(Enumerable.Range(0, 10), one.Concat(two));
    }

    private async Task Estimator()
    {
        Container source = await NewSource("estimated");
        ConcurrentQueue<int> seen = new();
        await Write(source, 0, 3);
        ChangeFeedProcessor processor = NewProcessor("estimated", "one", seen);
        await processor.StartAsync();
        await Expect.Eventually("the changes are seen", () => seen.Count >= 3);
        await processor.StopAsync();
        await Write(source, 3, 8);
        await Write(items, 100, 110);
        ChangeFeedEstimator estimator = source.GetChangeFeedEstimator("processor", database.GetContainer("estimated-leases"));
        List<ChangeFeedProcessorState> states = await Expect.All(estimator.GetCurrentStateIterator());

        Expect.Sequence([5L], states.Select(state => state.EstimatedLag));
    }
}
