using Azure.Messaging.ServiceBus;

internal static class Sessions
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    public static void AddTo(Dictionary<string, Func<Task>> scenarios, ServiceBusClient client, string connection)
    {
        scenarios["accepts sessions by name and next, keeps their order and their state"] = async () =>
        {
            await using var sender = client.CreateSender("sessions");
            await sender.SendMessagesAsync(Enumerable.Range(0, 6).Select(number =>
                new ServiceBusMessage($"{number}") { SessionId = number % 2 == 0 ? "even" : "odd" }));
            await using var even = await client.AcceptSessionAsync("sessions", "even");
            await using var next = await client.AcceptNextSessionAsync("sessions");
            Check.Equal("odd", next.SessionId, "next session");
            Check.True(next.SessionLockedUntil > DateTimeOffset.UtcNow, "session locked until");
            await Check.Fails<ServiceBusException>(
                () => client.AcceptSessionAsync("sessions", "even"),
                error => error.Reason == ServiceBusFailureReason.SessionCannotBeLocked, "held session");
            await even.SetSessionStateAsync(new BinaryData("state"));
            Check.Equal("state", (await even.GetSessionStateAsync()).ToString(), "state");
            await even.RenewSessionLockAsync();
            foreach (var session in new[] { even, next })
            {
                var bodies = new List<string>();
                while (bodies.Count < 3)
                {
                    var message = await session.ReceiveMessageAsync(Wait);
                    bodies.Add(message.Body.ToString());
                    await session.CompleteMessageAsync(message);
                }
                var first = session == even ? 0 : 1;
                Check.Sequence(new[] { first, first + 2, first + 4 }.Select(number => $"{number}"), bodies, "order");
            }
            await even.SetSessionStateAsync(null);
            Check.True(await even.GetSessionStateAsync() is null, "state is still there");
        };

        scenarios["waits in vain for a session, within its time"] = async () =>
        {
            var options = new ServiceBusClientOptions
            {
                RetryOptions = new ServiceBusRetryOptions { MaxRetries = 0, TryTimeout = TimeSpan.FromSeconds(1) },
            };
            await using var hasty = new ServiceBusClient(connection, options);
            await Check.Fails<ServiceBusException>(
                () => hasty.AcceptNextSessionAsync("no-sessions"),
                error => error.Reason == ServiceBusFailureReason.ServiceTimeout, "no session");
        };

        scenarios["processes sessions side by side"] = async () =>
        {
            await using var sender = client.CreateSender("processed-sessions");
            await using var processor = client.CreateSessionProcessor(
                "processed-sessions",
                new ServiceBusSessionProcessorOptions
                {
                    MaxConcurrentSessions = 3,
                    SessionIdleTimeout = TimeSpan.FromMilliseconds(500),
                });
            var seen = new System.Collections.Concurrent.ConcurrentQueue<(string Session, int Number)>();
            var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            processor.ProcessMessageAsync += args =>
            {
                seen.Enqueue((args.SessionId, int.Parse(args.Message.Body.ToString())));
                if (seen.Count == 30) all.TrySetResult();
                return Task.CompletedTask;
            };
            processor.ProcessErrorAsync += args =>
            {
                all.TrySetException(args.Exception);
                return Task.CompletedTask;
            };
            await sender.SendMessagesAsync(Enumerable.Range(0, 30).Select(number =>
                new ServiceBusMessage($"{number}") { SessionId = $"s{number % 5}" }));
            await processor.StartProcessingAsync();
            await all.Task;
            await processor.StopProcessingAsync();
            foreach (var session in seen.GroupBy(entry => entry.Session))
                Check.Sequence(session.Select(entry => entry.Number).Order(), session.Select(entry => entry.Number), "order");
        };
    }
}
