using Azure.Messaging.ServiceBus;
using Azure.Messaging.ServiceBus.Administration;

internal static class Topics
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    public static void AddTo(Dictionary<string, Func<Task>> scenarios, ServiceBusClient client)
    {
        scenarios["gives the messages of a topic to the subscriptions whose rules match"] = async () =>
        {
            await using var rules = client.CreateRuleManager("topic", "some");
            await rules.DeleteRuleAsync("$Default");
            await rules.CreateRuleAsync("sql", new SqlRuleFilter("size > 3 AND color = 'red'"));
            await rules.CreateRuleAsync("correlation", new CorrelationRuleFilter { Subject = "wanted" });
            var names = new List<string>();
            await foreach (var rule in rules.GetRulesAsync()) names.Add($"{rule.Name}:{rule.Filter.GetType().Name}");
            Check.Sequence(["correlation:CorrelationRuleFilter", "sql:SqlRuleFilter"], names.Order(), "rules");

            await using var sender = client.CreateSender("topic");
            await sender.SendMessagesAsync(
            [
                new ServiceBusMessage("no") { ApplicationProperties = { ["size"] = 2, ["color"] = "red" } },
                new ServiceBusMessage("sql") { ApplicationProperties = { ["size"] = 4, ["color"] = "red" } },
                new ServiceBusMessage("label") { Subject = "wanted" },
            ]);

            Check.Sequence(["sql", "label"], await BodiesOf(client, "some", 2), "some");
            Check.Sequence(["no", "sql", "label"], await BodiesOf(client, "all", 3), "all");
        };
    }

    private static async Task<IReadOnlyList<string>> BodiesOf(ServiceBusClient client, string subscription, int count)
    {
        await using var receiver = client.CreateReceiver("topic", subscription);
        var bodies = new List<string>();
        while (bodies.Count < count)
        {
            var message = await receiver.ReceiveMessageAsync(Wait);
            Check.True(message is not null, $"only {bodies.Count} messages in {subscription}");
            bodies.Add(message!.Body.ToString());
            await receiver.CompleteMessageAsync(message);
        }
        Check.True(await receiver.PeekMessageAsync() is null, "more than expected");
        return bodies;
    }
}
