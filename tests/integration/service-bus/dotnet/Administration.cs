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
    }
}
