using Azure.Messaging.ServiceBus;

internal static class Settlement
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    public static void AddTo(Dictionary<string, Func<Task>> scenarios, ServiceBusClient client)
    {
        scenarios["abandons with properties until the message is dead-lettered"] = async () =>
        {
            await using var sender = client.CreateSender("abandoned");
            await using var receiver = client.CreateReceiver("abandoned");
            await sender.SendMessageAsync(new ServiceBusMessage("x"));
            for (var delivery = 1; delivery <= 3; delivery += 1)
            {
                var message = await receiver.ReceiveMessageAsync(Wait);
                Check.Equal(delivery, message.DeliveryCount, "delivery count");
                if (delivery > 1) Check.Equal(delivery - 1, (int)message.ApplicationProperties["tried"], "property");
                await receiver.AbandonMessageAsync(message, new Dictionary<string, object> { ["tried"] = delivery });
            }
            await using var dead = Dead(client, "abandoned");
            var last = await dead.ReceiveMessageAsync(Wait);
            Check.Equal("MaxDeliveryCountExceeded", last.DeadLetterReason, "reason");
            await dead.CompleteMessageAsync(last);
        };

        scenarios["abandons with properties of all types, which they keep"] = async () =>
        {
            await using var sender = client.CreateSender("typed");
            await using var receiver = client.CreateReceiver("typed");
            await sender.SendMessageAsync(new ServiceBusMessage("x"));
            var properties = new Dictionary<string, object>
            {
                ["long"] = 5L,
                ["int"] = 5,
                ["byte"] = (byte)5,
                ["float"] = 1.5f,
                ["double"] = 2d,
                ["guid"] = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"),
                ["time"] = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc),
                ["span"] = TimeSpan.FromSeconds(5),
            };
            await receiver.AbandonMessageAsync(await receiver.ReceiveMessageAsync(Wait), properties);
            var message = await receiver.ReceiveMessageAsync(Wait);
            foreach (var (name, value) in properties) Check.Equal(value, message.ApplicationProperties[name], name);
            await receiver.DeferMessageAsync(message);
            var deferred = await receiver.ReceiveDeferredMessageAsync(message.SequenceNumber);
            await receiver.DeadLetterMessageAsync(deferred, new Dictionary<string, object> { ["last"] = 7L }, "reason");
            await using var dead = Dead(client, "typed");
            var last = await dead.ReceiveMessageAsync(Wait);
            foreach (var (name, value) in properties) Check.Equal(value, last.ApplicationProperties[name], name);
            Check.Equal(7L, last.ApplicationProperties["last"], "last");
            await dead.CompleteMessageAsync(last);
        };

        scenarios["dead-letters with and without a reason"] = async () =>
        {
            await using var sender = client.CreateSender("dead");
            await using var receiver = client.CreateReceiver("dead");
            await sender.SendMessagesAsync([new ServiceBusMessage("why"), new ServiceBusMessage("just so")]);
            await receiver.DeadLetterMessageAsync(await receiver.ReceiveMessageAsync(Wait), "reason", "description");
            await receiver.DeadLetterMessageAsync(await receiver.ReceiveMessageAsync(Wait));
            await using var dead = Dead(client, "dead");
            var first = await dead.ReceiveMessageAsync(Wait);
            var second = await dead.ReceiveMessageAsync(Wait);
            Check.Equal("reason", first.DeadLetterReason, "reason");
            Check.Equal("description", first.DeadLetterErrorDescription, "description");
            Check.Equal("dead", first.DeadLetterSource, "source");
            Check.Equal(null, second.DeadLetterReason, "no reason");
            await dead.CompleteMessageAsync(first);
            await dead.CompleteMessageAsync(second);
        };

        scenarios["defers a message and receives it by its number"] = async () =>
        {
            await using var sender = client.CreateSender("deferred");
            await using var receiver = client.CreateReceiver("deferred");
            await sender.SendMessageAsync(new ServiceBusMessage("later"));
            var message = await receiver.ReceiveMessageAsync(Wait);
            await receiver.DeferMessageAsync(message);
            var again = await receiver.ReceiveDeferredMessageAsync(message.SequenceNumber);
            Check.Equal("later", again.Body.ToString(), "body");
            Check.Equal(ServiceBusMessageState.Deferred, again.State, "state");
            await receiver.RenewMessageLockAsync(again);
            await receiver.CompleteMessageAsync(again);
            await Check.Fails<ServiceBusException>(
                () => receiver.ReceiveDeferredMessageAsync(message.SequenceNumber),
                error => error.Reason == ServiceBusFailureReason.MessageNotFound, "completed");
        };

        scenarios["renews a lock, and loses one that it does not renew"] = async () =>
        {
            await using var sender = client.CreateSender("short");
            await using var receiver = client.CreateReceiver("short");
            await sender.SendMessageAsync(new ServiceBusMessage("x"));
            var message = await receiver.ReceiveMessageAsync(Wait);
            var before = message.LockedUntil;
            await Task.Delay(300);
            await receiver.RenewMessageLockAsync(message);
            Check.True(message.LockedUntil > before, "not renewed");
            var again = await receiver.ReceiveMessageAsync(Wait);
            Check.Equal(2, again.DeliveryCount, "delivery count");
            await Check.Fails<ServiceBusException>(
                () => receiver.CompleteMessageAsync(message),
                error => error.Reason == ServiceBusFailureReason.MessageLockLost, "lost lock");
            await receiver.CompleteMessageAsync(again);
        };

        scenarios["settles after its receiver was closed by another link"] = async () =>
        {
            await using var sender = client.CreateSender("closed");
            await sender.SendMessageAsync(new ServiceBusMessage("x"));
            await using var receiver = client.CreateReceiver("closed");
            var message = await receiver.ReceiveMessageAsync(Wait);
            await using var other = client.CreateReceiver("closed");
            await other.CompleteMessageAsync(message);
            Check.True(await other.PeekMessageAsync() is null, "still there");
        };

        scenarios["is refused a transaction"] = async () =>
        {
            await using var sender = client.CreateSender("one");
            await Check.Fails<Exception>(
                async () =>
                {
                    using var scope = new System.Transactions.TransactionScope(
                        System.Transactions.TransactionScopeAsyncFlowOption.Enabled);
                    await sender.SendMessageAsync(new ServiceBusMessage("x"));
                    scope.Complete();
                },
                error => error is not TimeoutException, "transaction");
        };
    }

    private static ServiceBusReceiver Dead(ServiceBusClient client, string queue) =>
        client.CreateReceiver(queue, new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });
}
