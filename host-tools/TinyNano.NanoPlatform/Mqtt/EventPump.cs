using System.Collections.Concurrent;

namespace TinyNano.NanoPlatform;

/// <summary>A thread of a board on which its MQTT client raises events, one after the other, as M2Mqtt's dispatcher does.</summary>
internal sealed class EventPump : IDisposable
{
    private readonly BlockingCollection<Action> _events = [];
    private readonly VirtualBoard _board;

    public EventPump(VirtualBoard board)
    {
        _board = board;
        Thread thread = new(Work) { IsBackground = true, Name = $"mqtt events of {board.Name}" };
        thread.Start();
    }

    public void Post(Action raise)
    {
        try
        {
            _board.Mqtt.Begin();
            _events.Add(raise);
        }
        catch (InvalidOperationException)
        {
            _board.Mqtt.End();

            // The client is closed: nobody listens any more.
        }
    }

    public void Dispose() => _events.CompleteAdding();

    private void Work()
    {
        foreach (Action raise in _events.GetConsumingEnumerable())
        {
            if (_board.StopReason != StopReason.None)
            {
                return;
            }

            try
            {
                raise();
            }
            catch (BoardStoppedException)
            {
                return;
            }
            catch (Exception e)
            {
                // M2Mqtt's dispatcher dies of it; a client that is deaf from then on would hide the cause, so the board reports it.
                _board.OnThreadFault(e);
            }
            finally
            {
                _board.Mqtt.End();
            }
        }
    }
}
