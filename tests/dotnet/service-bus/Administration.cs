using Azure.Messaging.ServiceBus;
using Azure.Messaging.ServiceBus.Administration;

internal static class Administration
{
    public static void AddTo(
        Dictionary<string, Func<Task>> scenarios, ServiceBusAdministrationClient administration, ServiceBusClient client)
    {
        scenarios["reads properties and counts of what there is"] = async () =>
        {
            await using var sender = client.CreateSender("counted");
            await sender.SendMessagesAsync([new ServiceBusMessage("a"), new ServiceBusMessage("b")]);
            await sender.ScheduleMessageAsync(new ServiceBusMessage("c"), DateTimeOffset.UtcNow.AddHours(1));
            QueueRuntimeProperties counts = await administration.GetQueueRuntimePropertiesAsync("counted");
            Check.Equal(2L, counts.ActiveMessageCount, "active");
            Check.Equal(1L, counts.ScheduledMessageCount, "scheduled");
            QueueProperties queue = await administration.GetQueueAsync("counted");
            Check.Equal(3, queue.MaxDeliveryCount, "deliveries");
            Check.True(await administration.QueueExistsAsync("counted"), "exists");
            Check.True(!await administration.QueueExistsAsync("nowhere"), "does not exist");
            Check.True(await administration.TopicExistsAsync("topic"), "topic exists");
            Check.True(await administration.SubscriptionExistsAsync("topic", "all"), "subscription exists");
            var queues = new List<string>();
            await foreach (var found in administration.GetQueuesAsync()) queues.Add(found.Name);
            Check.True(queues.Contains("counted") && queues.Contains("sessions"), "list");
            var subscriptions = new List<string>();
            await foreach (var found in administration.GetSubscriptionsAsync("topic")) subscriptions.Add(found.SubscriptionName);
            Check.Sequence(["all", "some"], subscriptions.Order(), "subscriptions");
        };

        scenarios["makes, changes and removes queues, topics, subscriptions and rules"] = async () =>
        {
            QueueProperties queue = await administration.CreateQueueAsync(
                new CreateQueueOptions("made") { LockDuration = TimeSpan.FromSeconds(30), RequiresSession = true });
            Check.Equal(TimeSpan.FromSeconds(30), queue.LockDuration, "lock duration");
            Check.Equal(10, queue.MaxDeliveryCount, "default deliveries");
            Check.Equal(TimeSpan.MaxValue, queue.DefaultMessageTimeToLive, "default time to live");
            await Check.Fails<ServiceBusException>(
                () => administration.CreateQueueAsync("made"),
                error => error.Reason == ServiceBusFailureReason.MessagingEntityAlreadyExists, "a second time");
            queue.MaxDeliveryCount = 4;
            queue = await administration.UpdateQueueAsync(queue);
            Check.Equal(4, queue.MaxDeliveryCount, "changed deliveries");
            Check.True(queue.RequiresSession, "requires sessions");

            await administration.CreateTopicAsync("made-topic");
            await administration.CreateSubscriptionAsync(
                new CreateSubscriptionOptions("made-topic", "s"),
                new CreateRuleOptions("sql", new SqlRuleFilter("n = 1")));
            await administration.CreateRuleAsync("made-topic", "s", new CreateRuleOptions(
                "correlation", new CorrelationRuleFilter { Subject = "x", ApplicationProperties = { ["n"] = 2 } }));
            var rules = new List<string>();
            await foreach (var rule in administration.GetRulesAsync("made-topic", "s"))
                rules.Add($"{rule.Name}:{rule.Filter.GetType().Name}");
            Check.Sequence(["correlation:CorrelationRuleFilter", "sql:SqlRuleFilter"], rules.Order(), "rules");
            await using var sender = client.CreateSender("made-topic");
            await sender.SendMessageAsync(new ServiceBusMessage("one") { ApplicationProperties = { ["n"] = 1 } });
            await sender.SendMessageAsync(
                new ServiceBusMessage("two") { Subject = "x", ApplicationProperties = { ["n"] = 2 } });
            await sender.SendMessageAsync(new ServiceBusMessage("none") { ApplicationProperties = { ["n"] = 2 } });
            SubscriptionRuntimeProperties counts =
                await administration.GetSubscriptionRuntimePropertiesAsync("made-topic", "s");
            Check.Equal(2L, counts.ActiveMessageCount, "active");

            await administration.DeleteRuleAsync("made-topic", "s", "sql");
            await administration.DeleteSubscriptionAsync("made-topic", "s");
            await administration.DeleteTopicAsync("made-topic");
            await administration.DeleteQueueAsync("made");
            Check.True(!await administration.QueueExistsAsync("made"), "queue is still there");
            await Check.Fails<ServiceBusException>(
                () => administration.DeleteQueueAsync("made"),
                error => error.Reason == ServiceBusFailureReason.MessagingEntityNotFound, "not there");
        };
    }
}
