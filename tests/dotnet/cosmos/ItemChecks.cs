using System.Net;
using Microsoft.Azure.Cosmos;

namespace Stockroom.Cosmos;

public sealed class ItemChecks(Database database)
{
    private readonly Container items = database.GetContainer("items");

    public IEnumerable<(string, Func<Task>)> All =>
        [
            ("an item is created, read, replaced, upserted and deleted", Crud),
            ("an etag guards replaces and spares reads", Etags),
            ("keys of every type, and none, are kept apart", TypedKeys),
            ("ids with characters of all kinds find their items", SpecialIds),
            ("an item is patched, also on a condition", Patch),
            ("a unique key is guarded", UniqueKey),
            ("an item ends with its time to live", TimeToLive),
            ("a write may be answered without its content", NoContent),
            ("an item of two megabytes is refused", TooLarge),
            ("streams carry status codes instead of exceptions", Streams),
        ];

    private async Task Crud()
    {
        await database.CreateContainerAsync("items", "/pk");
        ItemResponse<Item> created = await items.CreateItemAsync(new Item("1", "a", 1));
        ItemResponse<Item> read = await items.ReadItemAsync<Item>("1", new PartitionKey("a"));
        ItemResponse<Item> replaced = await items.ReplaceItemAsync(new Item("1", "a", 2), "1");
        ItemResponse<Item> upserted = await items.UpsertItemAsync(new Item("2", "a", 3));
        ItemResponse<Item> deleted = await items.DeleteItemAsync<Item>("1", new PartitionKey("a"));

        Expect.Sequence(
            [HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Created, HttpStatusCode.NoContent],
            [created.StatusCode, read.StatusCode, replaced.StatusCode, upserted.StatusCode, deleted.StatusCode]
        );
        Expect.Equal(1, read.Resource.n);
        Expect.Equal(true, created.RequestCharge > 0);
        await Expect.Fails(HttpStatusCode.Conflict, () => items.CreateItemAsync(new Item("2", "a")));
        await Expect.Fails(HttpStatusCode.NotFound, () => items.ReadItemAsync<Item>("1", new PartitionKey("a")), 0);
    }

    private async Task Etags()
    {
        ItemResponse<Item> first = await items.CreateItemAsync(new Item("etag", "a"));
        await items.ReplaceItemAsync(new Item("etag", "a", 1), "etag", null, new() { IfMatchEtag = first.ETag });
        await Expect.Fails(
            HttpStatusCode.PreconditionFailed,
            () => items.ReplaceItemAsync(new Item("etag", "a", 2), "etag", null, new() { IfMatchEtag = first.ETag })
        );
        ItemResponse<Item> current = await items.ReadItemAsync<Item>("etag", new PartitionKey("a"));
        await Expect.Fails(
            HttpStatusCode.NotModified,
            () => items.ReadItemAsync<Item>("etag", new PartitionKey("a"), new() { IfNoneMatchEtag = current.ETag })
        );

        Expect.Equal(1, current.Resource.n);
    }

    private async Task TypedKeys()
    {
        Container container = await database.CreateContainerAsync("typed", "/pk");
        (object? value, PartitionKey key)[] keys =
        [
            (5.0, new PartitionKey(5)),
            ("5", new PartitionKey("5")),
            (true, new PartitionKey(true)),
            (null, PartitionKey.Null),
        ];
        foreach ((object? value, PartitionKey key) in keys)
        {
            await container.CreateItemAsync(new Dictionary<string, object?> { ["id"] = "1", ["pk"] = value }, key);
        }
        await container.CreateItemAsync(new Dictionary<string, string> { ["id"] = "1" }, PartitionKey.None);

        foreach (PartitionKey key in keys.Select(pair => pair.key).Append(PartitionKey.None))
        {
            ItemResponse<Dictionary<string, object?>> read = await container.ReadItemAsync<Dictionary<string, object?>>("1", key);
            Expect.Equal(HttpStatusCode.OK, read.StatusCode);
        }
        Expect.Equal(5, (await Expect.All(container.GetItemQueryIterator<object>("SELECT * FROM c"))).Count);
    }

    private async Task SpecialIds()
    {
        foreach (string id in (string[])["a b", "100%", "a+b&c=d", "ü|ñ:日本", "@x'\"y", "(a,b)"])
        {
            await items.CreateItemAsync(new Item(id, id));
            ItemResponse<Item> read = await items.ReadItemAsync<Item>(id, new PartitionKey(id));
            Expect.Equal(id, read.Resource.id);
            await items.DeleteItemAsync<Item>(id, new PartitionKey(id));
        }
    }

    private async Task Patch()
    {
        await items.CreateItemAsync(new Item("patch", "a", 1, ["x"]));
        ItemResponse<Item> patched = await items.PatchItemAsync<Item>(
            "patch",
            new PartitionKey("a"),
            [PatchOperation.Increment("/n", 4), PatchOperation.Add("/tags/-", "y"), PatchOperation.Set("/new", true), PatchOperation.Move("/new", "/moved")]
        );

        Expect.Equal(5, patched.Resource.n);
        Expect.Sequence(["x", "y"], patched.Resource.tags ?? []);
        await Expect.Fails(
            HttpStatusCode.PreconditionFailed,
            () =>
                items.PatchItemAsync<Item>(
                    "patch",
                    new PartitionKey("a"),
                    [PatchOperation.Remove("/n")],
                    new() { FilterPredicate = "FROM c WHERE c.n = 1" }
                )
        );
    }

    private async Task UniqueKey()
    {
        ContainerProperties definition = new("unique", "/pk");
        definition.UniqueKeyPolicy.UniqueKeys.Add(new UniqueKey { Paths = { "/n" } });
        Container container = await database.CreateContainerAsync(definition);
        await container.CreateItemAsync(new Item("1", "a", 7));
        await container.CreateItemAsync(new Item("1", "b", 7));

        await Expect.Fails(HttpStatusCode.Conflict, () => container.CreateItemAsync(new Item("2", "a", 7)));
    }

    private async Task TimeToLive()
    {
        Container container = await database.CreateContainerAsync(new ContainerProperties("ttl", "/pk") { DefaultTimeToLive = -1 });
        await container.CreateItemAsync(new Dictionary<string, object> { ["id"] = "short", ["pk"] = "a", ["ttl"] = 1 });
        await container.CreateItemAsync(new Dictionary<string, object> { ["id"] = "long", ["pk"] = "a" });
        await Task.Delay(TimeSpan.FromSeconds(1.1));

        List<Item> left = await Expect.All(container.GetItemQueryIterator<Item>("SELECT * FROM c"));
        Expect.Sequence(["long"], left.Select(item => item.id));
    }

    private async Task NoContent()
    {
        ItemResponse<Item> created = await items.CreateItemAsync(
            new Item("bare", "a"),
            null,
            new() { EnableContentResponseOnWrite = false }
        );

        Expect.Equal(null, created.Resource);
        Expect.Equal(true, created.ETag.Length > 0);
    }

    private async Task TooLarge() =>
        await Expect.Fails(
            HttpStatusCode.RequestEntityTooLarge,
            () => items.CreateItemAsync(new Item("large", "a", 0, [new string('x', 2 * 1024 * 1024)]))
        );

    private async Task Streams()
    {
        using ResponseMessage missing = await items.ReadItemStreamAsync("nobody", new PartitionKey("a"));

        Expect.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }
}
