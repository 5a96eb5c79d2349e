// Runs every scenario against the broker whose connection strings it is given, and prints a line of JSON for each.
using System.Diagnostics;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Azure.Messaging.ServiceBus.Administration;

var options = new ServiceBusClientOptions
{
    RetryOptions = new ServiceBusRetryOptions { MaxRetries = 0, TryTimeout = TimeSpan.FromSeconds(10) },
};
await using var client = new ServiceBusClient(args[0], options);
var administration = new ServiceBusAdministrationClient(args[1]);

var scenarios = new Dictionary<string, Func<Task>>();
Messages.AddTo(scenarios, client);
Settlement.AddTo(scenarios, client);
Sessions.AddTo(scenarios, client, args[0]);
Topics.AddTo(scenarios, client);
Administration.AddTo(scenarios, administration, client);

foreach (var (name, run) in scenarios)
{
    var watch = Stopwatch.StartNew();
    string? error = null;
    try
    {
        await run().WaitAsync(TimeSpan.FromSeconds(30));
    }
    catch (Exception exception)
    {
        error = exception.ToString();
    }
    Console.WriteLine(JsonSerializer.Serialize(new { name, error, ms = watch.ElapsedMilliseconds }));
}
