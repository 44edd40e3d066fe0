using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TinyNano.Browser;

/// <summary>The protocol of the browser's developer tools over one WebSocket: commands with answers, and events.</summary>
internal sealed class DevTools : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonObject>> _waiting = new();
    private readonly CancellationTokenSource _end = new();
    private Task _reading = Task.CompletedTask;
    private int _last;

    /// <summary>Method, session and parameters of whatever the browser tells by itself.</summary>
    public event Action<string, string?, JsonObject>? Told;

    public async Task ConnectAsync(Uri address, CancellationToken cancel)
    {
        await _socket.ConnectAsync(address, cancel);
        _reading = Task.Run(ReadAsync, CancellationToken.None);
    }

    /// <summary>Sends a command and waits for its result; InvalidOperationException with the browser's own words when it refuses.</summary>
    public async Task<JsonObject> SendAsync(string method, JsonObject? parameters, string? session, CancellationToken cancel)
    {
        int id = Interlocked.Increment(ref _last);
        TaskCompletionSource<JsonObject> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = answer;
        JsonObject message = new() { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        if (session is not null)
        {
            message["sessionId"] = session;
        }

        await _sending.WaitAsync(cancel);
        try
        {
            await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, true, cancel);
        }
        finally
        {
            _sending.Release();
        }

        JsonObject result = await answer.Task.WaitAsync(cancel);
        return result["error"] is JsonNode error ? throw new InvalidOperationException($"{method}: {error.ToJsonString()}") : result["result"]!.AsObject();
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _socket.Abort();
        await _reading;
        _socket.Dispose();
        _sending.Dispose();
        _end.Dispose();
    }

    private async Task ReadAsync()
    {
        byte[] part = new byte[64 * 1024];
        try
        {
            while (true)
            {
                using MemoryStream whole = new();
                ValueWebSocketReceiveResult received;
                do
                {
                    received = await _socket.ReceiveAsync(part.AsMemory(), _end.Token);
                    whole.Write(part, 0, received.Count);
                }
                while (!received.EndOfMessage);
                Take(JsonNode.Parse(whole.ToArray())!.AsObject());
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or JsonException or ObjectDisposedException)
        {
            foreach (TaskCompletionSource<JsonObject> waiting in _waiting.Values)
            {
                waiting.TrySetException(new InvalidOperationException("the browser is gone", e));
            }
        }
    }

    private void Take(JsonObject message)
    {
        if (message["id"] is JsonNode id)
        {
            if (_waiting.TryRemove(id.GetValue<int>(), out TaskCompletionSource<JsonObject>? waiting))
            {
                waiting.TrySetResult(message);
            }
        }
        else
        {
            Told?.Invoke(message["method"]!.GetValue<string>(), message["sessionId"]?.GetValue<string>(), message["params"]!.AsObject());
        }
    }
}
