using System.Net;
using Microsoft.Azure.Cosmos;
using Microsoft.Azure.Cosmos.Linq;

namespace Stockroom.Cosmos;

public sealed class QueryChecks(Database database)
{
    private readonly Container items = database.GetContainer("queries");

    public IEnumerable<(string, Func<Task>)> All =>
        [
            ("a query with parameters finds its items, over all keys and under one", Parameters),
            ("an ordered query goes on from its continuation", Continuation),
            ("aggregates, groups, distinct values, joins and windows are computed", Shapes),
            ("a LINQ expression is answered", Linq),
            ("many items are read at once", ReadMany),
            ("a prefix of a hierarchical key finds what is below it", Hierarchical),
            ("a part of the key space is queried by itself", FeedRanges),
            ("a query that is wrong is a 400", Wrong),
        ];

    private async Task Parameters()
    {
        await database.CreateContainerAsync("queries", "/pk");
        for (int n = 0; n < 25; n += 1)
        {
            await items.CreateItemAsync(new Item($"i{n}", $"p{n % 3}", n, [$"t{n % 2}", "all"]));
        }
        QueryDefinition query = new QueryDefinition("SELECT * FROM c WHERE c.n >= @from AND ARRAY_CONTAINS(@ids, c.id)")
            .WithParameter("@from", 3)
            .WithParameter("@ids", new[] { "i1", "i3", "i6", "i7" });
        List<Item> everywhere = await Expect.All(items.GetItemQueryIterator<Item>(query));
        List<Item> underOne = await Expect.All(
            items.GetItemQueryIterator<Item>(query, null, new() { PartitionKey = new PartitionKey("p0") })
        );

        Expect.Sequence(["i3", "i6", "i7"], everywhere.Select(item => item.id).Order());
        Expect.Sequence(["i3", "i6"], underOne.Select(item => item.id).Order());
    }

    private async Task Continuation()
    {
        string? token = null;
        List<int> seen = [];
        do
        {
            using FeedIterator<Item> page = items.GetItemQueryIterator<Item>(
                "SELECT * FROM c ORDER BY c.n DESC",
                token,
                new() { MaxItemCount = 7 }
            );
            FeedResponse<Item> response = await page.ReadNextAsync();
            seen.AddRange(response.Select(item => item.n));
            token = response.ContinuationToken;
        } while (token is not null);

        Expect.Sequence(Enumerable.Range(0, 25).Reverse(), seen);
    }

    private async Task Shapes()
    {
        Expect.Sequence([25], await Expect.All(items.GetItemQueryIterator<int>("SELECT VALUE COUNT(1) FROM c")));
        Expect.Sequence([12.0], await Expect.All(items.GetItemQueryIterator<double>("SELECT VALUE AVG(c.n) FROM c")));
        Expect.Sequence(
            ["p0", "p1", "p2"],
            (await Expect.All(items.GetItemQueryIterator<string>("SELECT DISTINCT VALUE c.pk FROM c"))).Order()
        );
        Expect.Sequence(
            [8, 8, 9],
            (await Expect.All(items.GetItemQueryIterator<Dictionary<string, int>>("SELECT COUNT(1) AS n FROM c GROUP BY c.pk")))
                .Select(group => group["n"])
                .Order()
        );
        Expect.Equal(
            12,
            (await Expect.All(items.GetItemQueryIterator<string>("SELECT VALUE c.id FROM c JOIN t IN c.tags WHERE t = 't1'"))).Count
        );
        Expect.Sequence(
            [4, 5],
            await Expect.All(items.GetItemQueryIterator<int>("SELECT VALUE c.n FROM c ORDER BY c.n OFFSET 4 LIMIT 2"))
        );
    }

    private async Task Linq()
    {
        using FeedIterator<string> found = items
            .GetItemLinqQueryable<Item>()
            .Where(item => item.n > 20 && item.tags!.Contains("t1") && item.pk.StartsWith("p"))
            .OrderByDescending(item => item.n)
            .Select(item => item.id)
            .ToFeedIterator();
        int count = await items.GetItemLinqQueryable<Item>().Where(item => item.n < 5).CountAsync();

        Expect.Sequence(["i23", "i21"], await Expect.All(found));
        Expect.Equal(5, count);
    }

    private async Task ReadMany()
    {
        List<(string, PartitionKey)> wanted = [.. Enumerable.Range(0, 30).Select(n => ($"i{n}", new PartitionKey($"p{n % 3}")))];
        FeedResponse<Item> found = await items.ReadManyItemsAsync<Item>(wanted);

        Expect.Equal(25, found.Count);
    }

    private async Task Hierarchical()
    {
        Container container = await database.CreateContainerAsync(new ContainerProperties("levels", ["/tenant", "/user"]));
        foreach ((string tenant, string user) in ((string, string)[])[("t1", "u1"), ("t1", "u2"), ("t2", "u1")])
        {
            await container.CreateItemAsync(
                new Dictionary<string, string> { ["id"] = "1", ["tenant"] = tenant, ["user"] = user }
            );
        }
        PartitionKey prefix = new PartitionKeyBuilder().Add("t1").Build();
        PartitionKey whole = new PartitionKeyBuilder().Add("t1").Add("u2").Build();
        List<object> below = await Expect.All(
            container.GetItemQueryIterator<object>("SELECT * FROM c", null, new() { PartitionKey = prefix })
        );
        ItemResponse<Dictionary<string, string>> one = await container.ReadItemAsync<Dictionary<string, string>>("1", whole);

        Expect.Equal(2, below.Count);
        Expect.Equal("u2", one.Resource["user"]);
    }

    private async Task FeedRanges()
    {
        IReadOnlyList<FeedRange> whole = await items.GetFeedRangesAsync();
        FeedRange lower = FeedRange.FromJsonString("""{"Range":{"min":"","max":"1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"}}""");
        FeedRange upper = FeedRange.FromJsonString("""{"Range":{"min":"1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF","max":"FF"}}""");
        async Task<int> Count(FeedRange range) =>
            (await Expect.All(items.GetItemQueryIterator<Item>(range, new("SELECT * FROM c")))).Count;

        Expect.Equal(25, await Count(whole[0]));
        Expect.Equal(25, await Count(lower) + await Count(upper));
        Expect.Equal(true, await Count(lower) < 25);
    }

    private async Task Wrong() =>
        await Expect.Fails(
            HttpStatusCode.BadRequest,
            () => Expect.All(items.GetItemQueryIterator<Item>("SELECT * FROM c WHERE c.order = 1"))
        );
}
