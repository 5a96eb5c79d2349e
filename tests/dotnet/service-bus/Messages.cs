using Azure.Messaging.ServiceBus;

internal static class Messages
{
    public static void AddTo(Dictionary<string, Func<Task>> scenarios, ServiceBusClient client)
    {
        scenarios["sends a message with all its properties, receives and completes it"] = async () =>
        {
            await using var sender = client.CreateSender("one");
            await using var receiver = client.CreateReceiver("one");
            var sent = new ServiceBusMessage("hello")
            {
                MessageId = "m-1",
                Subject = "subject",
                CorrelationId = "correlation",
                ContentType = "text/plain",
                ReplyTo = "reply",
                To = "to",
                TimeToLive = TimeSpan.FromMinutes(5),
                ApplicationProperties = { ["text"] = "t", ["number"] = 7, ["large"] = 1L << 40, ["flag"] = true },
            };
            await sender.SendMessageAsync(sent);

            var got = await receiver.ReceiveMessageAsync(TimeSpan.FromSeconds(5));

            Check.Equal("hello", got.Body.ToString(), "body");
            Check.Equal("m-1", got.MessageId, "message id");
            Check.Equal("subject", got.Subject, "subject");
            Check.Equal("correlation", got.CorrelationId, "correlation id");
            Check.Equal("text/plain", got.ContentType, "content type");
            Check.Equal(TimeSpan.FromMinutes(5), got.TimeToLive, "time to live");
            Check.Equal(1, got.DeliveryCount, "delivery count");
            Check.Equal(7, (int)got.ApplicationProperties["number"], "int property");
            Check.Equal(1L << 40, (long)got.ApplicationProperties["large"], "long property");
            Check.True(got.LockedUntil > DateTimeOffset.UtcNow, "locked in the past");
            Check.True(Math.Abs((got.EnqueuedTime - DateTimeOffset.UtcNow).TotalSeconds) < 10, "enqueued time");
            await receiver.CompleteMessageAsync(got);
            Check.True(await receiver.PeekMessageAsync() is null, "still there");
        };

        scenarios["sends batches and receives many at once"] = async () =>
        {
            await using var sender = client.CreateSender("many");
            await using var receiver = client.CreateReceiver("many");
            using var batch = await sender.CreateMessageBatchAsync();
            Check.Equal(262_144L, batch.MaxSizeInBytes, "batch size");
            for (var number = 0; number < 100; number += 1)
                Check.True(batch.TryAddMessage(new ServiceBusMessage($"{number}")), "no room");
            await sender.SendMessagesAsync(batch);

            var bodies = new List<string>();
            while (bodies.Count < 100)
            {
                var messages = await receiver.ReceiveMessagesAsync(100, TimeSpan.FromSeconds(5));
                Check.True(messages.Count > 0, $"only {bodies.Count} came");
                foreach (var message in messages)
                {
                    bodies.Add(message.Body.ToString());
                    await receiver.CompleteMessageAsync(message);
                }
            }
            Check.Sequence(Enumerable.Range(0, 100).Select(number => $"{number}"), bodies, "order");
        };

        scenarios["hands messages to a processor, many at once, and completes them"] = async () =>
        {
            await using var sender = client.CreateSender("processed");
            await using var processor = client.CreateProcessor(
                "processed", new ServiceBusProcessorOptions { MaxConcurrentCalls = 8 });
            var seen = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
            var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            processor.ProcessMessageAsync += args =>
            {
                seen[args.Message.Body.ToString()] = 1;
                if (seen.Count == 50) all.TrySetResult();
                return Task.CompletedTask;
            };
            processor.ProcessErrorAsync += args =>
            {
                all.TrySetException(args.Exception);
                return Task.CompletedTask;
            };
            await sender.SendMessagesAsync(Enumerable.Range(0, 50).Select(number => new ServiceBusMessage($"{number}")));
            await processor.StartProcessingAsync();
            await all.Task;
            await processor.StopProcessingAsync();
            await using var receiver = client.CreateReceiver("processed");
            Check.True(await receiver.PeekMessageAsync() is null, "some were not completed");
        };

        scenarios["deletes on receipt with prefetch"] = async () =>
        {
            await using var sender = client.CreateSender("prefetched");
            await sender.SendMessagesAsync(Enumerable.Range(0, 20).Select(number => new ServiceBusMessage($"{number}")));
            await using var receiver = client.CreateReceiver("prefetched", new ServiceBusReceiverOptions
            {
                ReceiveMode = ServiceBusReceiveMode.ReceiveAndDelete,
                PrefetchCount = 20,
            });
            for (var number = 0; number < 20; number += 1)
            {
                var message = await receiver.ReceiveMessageAsync(TimeSpan.FromSeconds(5));
                Check.Equal($"{number}", message.Body.ToString(), "body");
            }
        };

        scenarios["schedules a message, cancels another"] = async () =>
        {
            await using var sender = client.CreateSender("scheduled");
            await using var receiver = client.CreateReceiver("scheduled");
            var due = DateTimeOffset.UtcNow.AddMilliseconds(700);
            await sender.ScheduleMessageAsync(new ServiceBusMessage("due"), due);
            var never = await sender.ScheduleMessageAsync(new ServiceBusMessage("never"), due);
            var peeked = await receiver.PeekMessageAsync();
            Check.Equal(ServiceBusMessageState.Scheduled, peeked.State, "state");
            await sender.CancelScheduledMessageAsync(never);

            var got = await receiver.ReceiveMessageAsync(TimeSpan.FromSeconds(5));

            Check.Equal("due", got.Body.ToString(), "body");
            Check.True(DateTimeOffset.UtcNow >= due, "too early");
            await receiver.CompleteMessageAsync(got);
            Check.True(await receiver.PeekMessageAsync() is null, "the cancelled one is there");
        };

        scenarios["gets the errors of the service"] = async () =>
        {
            await using var nowhere = client.CreateSender("nowhere");
            await Check.Fails<ServiceBusException>(
                () => nowhere.SendMessageAsync(new ServiceBusMessage("x")),
                error => error.Reason == ServiceBusFailureReason.MessagingEntityNotFound, "unknown entity");
            await using var sender = client.CreateSender("one");
            await Check.Fails<ServiceBusException>(
                () => sender.SendMessageAsync(new ServiceBusMessage(new byte[300_000])),
                error => error.Reason == ServiceBusFailureReason.MessageSizeExceeded, "too large");
            await using var receiver = client.CreateReceiver("empty");
            Check.True(await receiver.ReceiveMessageAsync(TimeSpan.FromMilliseconds(300)) is null, "a message of nowhere");
        };
    }
}
