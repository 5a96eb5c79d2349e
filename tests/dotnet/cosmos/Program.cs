// What an application in .NET does with Cosmos DB, one check after the other, against the server that the connection
// string names. Prints a line of JSON for each: {"name": …, "error": null or what went wrong}.
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Stockroom.Cosmos;

CosmosClientOptions options = new()
{
    ConnectionMode = ConnectionMode.Gateway,
    MaxRetryAttemptsOnRateLimitedRequests = 0,
};
using CosmosClient client = new(args[0], options);
Database database = await client.CreateDatabaseIfNotExistsAsync("dotnet");

(string Name, Func<Task> Run)[] checks =
[
    .. new ContainerChecks(client, database).All,
    .. new ItemChecks(database).All,
    .. new QueryChecks(database).All,
    .. new BatchChecks(args[0], database).All,
    .. new FeedChecks(database).All,
];
foreach ((string name, Func<Task> run) in checks)
{
    string? error = null;
    try
    {
        await run().WaitAsync(TimeSpan.FromSeconds(20));
    }
    catch (Exception exception)
    {
        error = exception.ToString();
    }
    Console.WriteLine(JsonSerializer.Serialize(new { name, error }));
}
