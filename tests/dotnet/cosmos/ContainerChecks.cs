using System.Collections.ObjectModel;
using System.Net;
using Microsoft.Azure.Cosmos;

namespace Stockroom.Cosmos;

public sealed class ContainerChecks(CosmosClient client, Database database)
{
    public IEnumerable<(string, Func<Task>)> All =>
        [
            ("a database and a container are created once and read again", CreatesOnce),
            ("a container keeps its policies and takes a new time to live", KeepsPolicies),
            ("throughput is told and can be changed", Throughput),
            ("autoscale is told and can be changed", Autoscale),
            ("databases and containers are listed by queries", Lists),
            ("a container that was made anew is found again", MadeAnew),
            ("a missing container is a 404", Missing),
        ];

    private async Task CreatesOnce()
    {
        DatabaseResponse again = await client.CreateDatabaseIfNotExistsAsync(database.Id);
        ContainerResponse first = await database.CreateContainerIfNotExistsAsync("once", "/pk");
        ContainerResponse second = await database.CreateContainerIfNotExistsAsync("once", "/pk");

        Expect.Equal(HttpStatusCode.OK, again.StatusCode);
        Expect.Equal(HttpStatusCode.Created, first.StatusCode);
        Expect.Equal(HttpStatusCode.OK, second.StatusCode);
    }

    private async Task KeepsPolicies()
    {
        ContainerProperties wanted = new("policies", "/pk") { DefaultTimeToLive = 60 };
        wanted.IndexingPolicy.CompositeIndexes.Add(
            new Collection<CompositePath>
            {
                new() { Path = "/a", Order = CompositePathSortOrder.Ascending },
                new() { Path = "/b", Order = CompositePathSortOrder.Descending },
            }
        );
        wanted.UniqueKeyPolicy.UniqueKeys.Add(new UniqueKey { Paths = { "/sku" } });
        Container container = await database.CreateContainerAsync(wanted);
        ContainerProperties kept = await container.ReadContainerAsync();
        kept.DefaultTimeToLive = 120;
        await container.ReplaceContainerAsync(kept);
        ContainerProperties replaced = await container.ReadContainerAsync();

        Expect.Equal(2, replaced.IndexingPolicy.CompositeIndexes[0].Count);
        Expect.Equal("/sku", replaced.UniqueKeyPolicy.UniqueKeys[0].Paths[0]);
        Expect.Equal(120, replaced.DefaultTimeToLive);
    }

    private async Task Throughput()
    {
        Container container = await database.CreateContainerAsync("throughput", "/pk", 400);
        await container.ReplaceThroughputAsync(700);

        Expect.Equal(700, await container.ReadThroughputAsync());
        Expect.Equal(null, await database.ReadThroughputAsync());
    }

    private async Task Autoscale()
    {
        Container container = await database.CreateContainerAsync(
            new ContainerProperties("autoscale", "/pk"),
            ThroughputProperties.CreateAutoscaleThroughput(4000)
        );
        await container.ReplaceThroughputAsync(ThroughputProperties.CreateAutoscaleThroughput(8000));
        ThroughputProperties told = await container.ReadThroughputAsync(new RequestOptions());

        Expect.Equal(8000, told.AutoscaleMaxThroughput);
    }

    private async Task Lists()
    {
        List<DatabaseProperties> databases = await Expect.All(
            client.GetDatabaseQueryIterator<DatabaseProperties>("SELECT * FROM c WHERE c.id = 'dotnet'")
        );
        List<ContainerProperties> containers = await Expect.All(
            database.GetContainerQueryIterator<ContainerProperties>()
        );

        Expect.Sequence(["dotnet"], databases.Select(entry => entry.Id));
        Expect.Equal(true, containers.Any(entry => entry.Id == "once"));
    }

    private async Task MadeAnew()
    {
        Container container = await database.CreateContainerAsync("anew", "/pk");
        await container.CreateItemAsync(new Item("1", "a"));
        using (CosmosClient other = new(client.Endpoint.ToString(), Keys.Emulator))
        {
            Database same = other.GetDatabase(database.Id);
            await same.GetContainer("anew").DeleteContainerAsync();
            await same.CreateContainerAsync("anew", "/other");
        }
        ItemResponse<Dictionary<string, string>> written = await container.CreateItemAsync(
            new Dictionary<string, string> { ["id"] = "2", ["other"] = "b" }
        );

        Expect.Equal(HttpStatusCode.Created, written.StatusCode);
    }

    private async Task Missing()
    {
        Container container = database.GetContainer("missing");
        await Expect.Fails(HttpStatusCode.NotFound, () => container.ReadContainerAsync());
        await Expect.Fails(
            HttpStatusCode.NotFound,
            () => container.ReadItemAsync<Item>("1", new PartitionKey("a"))
        );
    }
}

public static class Keys
{
    /// <summary>The key of every emulator.</summary>
    public const string Emulator =
        "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==";
}
