using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace TinyNano.TestBroker;

/// <summary>Passes TCP connections on, TLS or not, counts their bytes, and cuts them when told.</summary>
public sealed class CuttingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, byte> _open = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly int _target;
    private long _up;
    private long _down;
    private int _cuts;

    /// <param name="target">Loopback port that connections go to.</param>
    public CuttingProxy(int target)
    {
        _target = target;
        _listener.Start();
        _ = Task.Run(AcceptAsync);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Bytes from those who connected to the target so far.</summary>
    public long BytesUp => Interlocked.Read(ref _up);

    public long BytesDown => Interlocked.Read(ref _down);

    /// <summary>Connections cut so far.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    /// <summary>Resets every connection that is open now.</summary>
    public void Cut()
    {
        foreach (Socket socket in _open.Keys)
        {
            // No good-bye: what was under way is lost.
            socket.LingerState = new LingerOption(true, 0);
            Close(socket);
            Interlocked.Increment(ref _cuts);
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        Cut();
        _stop.Dispose();
    }

    private void Close(Socket socket)
    {
        if (_open.TryRemove(socket, out _))
        {
            socket.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        CancellationToken stop = _stop.Token;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                Socket client = await _listener.AcceptSocketAsync(stop);
                _ = Task.Run(() => ServeAsync(client, stop), stop);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket client, CancellationToken stop)
    {
        client.NoDelay = true;
        Socket target = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _open[client] = 0;
        try
        {
            await target.ConnectAsync(IPAddress.Loopback, _target, stop);
            await Task.WhenAny(PassAsync(client, target, up: true, stop), PassAsync(target, client, up: false, stop));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The target is away, or the proxy ends.
        }
        finally
        {
            target.Dispose();
            Close(client);
        }
    }

    private async Task PassAsync(Socket from, Socket to, bool up, CancellationToken stop)
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            int count;
            while ((count = await from.ReceiveAsync(buffer, stop)) > 0)
            {
                Interlocked.Add(ref up ? ref _up : ref _down, count);
                for (int sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), stop);
                }
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Cut.
        }
    }
}
