using System.Net;
using Microsoft.Azure.Cosmos;

namespace Stockroom.Cosmos;

public sealed class BatchChecks(string connection, Database database)
{
    private readonly Container items = database.GetContainer("batches");

    public IEnumerable<(string, Func<Task>)> All =>
        [
            ("a batch of every kind of operation is done whole", Whole),
            ("a batch with one failure does nothing", Nothing),
            ("a batch of more than 100 operations is refused", TooMany),
            ("bulk execution writes and reads hundreds of items", Bulk),
        ];

    private async Task Whole()
    {
        await database.CreateContainerAsync("batches", "/pk");
        foreach (string id in (string[])["read", "replace", "patch", "delete"])
        {
            await items.CreateItemAsync(new Item(id, "a", 1));
        }
        using TransactionalBatchResponse response = await items
            .CreateTransactionalBatch(new PartitionKey("a"))
            .CreateItem(new Item("create", "a"))
            .UpsertItem(new Item("upsert", "a"))
            .ReadItem("read")
            .ReplaceItem("replace", new Item("replace", "a", 2))
            .PatchItem("patch", [PatchOperation.Increment("/n", 1)])
            .DeleteItem("delete")
            .ExecuteAsync();

        Expect.Equal(HttpStatusCode.OK, response.StatusCode);
        Expect.Sequence([201, 201, 200, 200, 200, 204], response.Select(result => (int)result.StatusCode));
        Expect.Equal(2, response.GetOperationResultAtIndex<Item>(4).Resource.n);
    }

    private async Task Nothing()
    {
        using TransactionalBatchResponse response = await items
            .CreateTransactionalBatch(new PartitionKey("b"))
            .CreateItem(new Item("1", "b"))
            .ReadItem("nobody")
            .CreateItem(new Item("2", "b"))
            .ExecuteAsync();

        Expect.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Expect.Sequence([424, 404, 424], response.Select(result => (int)result.StatusCode));
        await Expect.Fails(HttpStatusCode.NotFound, () => items.ReadItemAsync<Item>("1", new PartitionKey("b")));
    }

    private async Task TooMany()
    {
        TransactionalBatch batch = items.CreateTransactionalBatch(new PartitionKey("c"));
        for (int n = 0; n < 101; n += 1)
        {
            batch.CreateItem(new Item($"{n}", "c"));
        }
        using TransactionalBatchResponse response = await batch.ExecuteAsync();

        Expect.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private async Task Bulk()
    {
        CosmosClientOptions options = new() { ConnectionMode = ConnectionMode.Gateway, AllowBulkExecution = true };
        using CosmosClient client = new(connection, options);
        Container bulk = client.GetContainer(database.Id, "batches");
        ItemResponse<Item>[] written = await Task.WhenAll(
            Enumerable.Range(0, 400).Select(n => bulk.UpsertItemAsync(new Item($"bulk{n}", $"k{n % 10}", n)))
        );
        ItemResponse<Item>[] read = await Task.WhenAll(
            Enumerable.Range(0, 400).Select(n => bulk.ReadItemAsync<Item>($"bulk{n}", new PartitionKey($"k{n % 10}")))
        );

        Expect.Equal(true, written.All(response => response.StatusCode == HttpStatusCode.Created));
        Expect.Sequence(Enumerable.Range(0, 400), read.Select(response => response.Resource.n));
    }
}
