using TinyNano.Contracts;
using TinyNano.Fleet.Load;
using TinyNano.Fleet.Updates;

namespace TinyNano.Fleet.Tests.Updates;

public class PartQueueTests
{
    private readonly ManualTime _time = new();
    private readonly Publication _model;

    public PartQueueTests()
    {
        byte[] blob = SimModel.Blob(10_000, 1);
        _model = new Publication(SimModel.Manifest(blob, 1), blob);
    }

    [Fact]
    public void Devices_TakeTurns_AndGetWhatTheyAskedFor()
    {
        PartQueue queue = new(new UpdateServerOptions(), _time);
        queue.Add("a", Request(0, 0b111), _model.Raw);
        queue.Add("b", Request(4, 0b101), _model.Raw);
        Assert.Equal(["a0", "b4", "a1", "b6", "a2"], Drain(queue).Select(d => d.Device + Part(d)));
        Assert.False(queue.TryNext(out _, out TimeSpan? wait));
        Assert.Null(wait);
    }

    [Fact]
    public void NewRequest_TakesThePlaceOfTheOld()
    {
        PartQueue queue = new(new UpdateServerOptions(), _time);
        Assert.Equal(PartQueue.Taken.New, queue.Add("a", Request(0, 0b1111), _model.Raw));
        queue.TryNext(out _, out _);
        Assert.Equal(PartQueue.Taken.Replaced, queue.Add("a", Request(8, 0b1), _model.Raw));
        Assert.Equal([8], Drain(queue).Select(Part));
    }

    [Fact]
    public void PartsThatDoNotExist_AreNotWanted()
    {
        PartQueue queue = new(new UpdateServerOptions(), _time);
        int last = _model.Layout.Parts - 1;
        Assert.Equal(PartQueue.Taken.OutOfRange, queue.Add("a", Request(last + 1, 0xFFFFFFFF), _model.Raw));
        Assert.Equal(PartQueue.Taken.OutOfRange, queue.Add("a", Request(65535, 1), _model.Raw));
        Assert.Equal(PartQueue.Taken.New, queue.Add("a", Request(last, 0xFFFFFFFF), _model.Raw));
        Assert.Equal([last], Drain(queue).Select(Part));
    }

    [Fact]
    public void BytesPerSecond_HoldForAllTogether()
    {
        PartQueue queue = new(new UpdateServerOptions { BytesPerSecond = 20_000, DeviceMessagesPerSecond = 0 }, _time);
        long bytes = 0;
        double seconds = 0;
        for (int step = 0; step < 100_000 && seconds < 60; step++)
        {
            for (int device = 0; device < 5; device++)
            {
                queue.Add($"d{device}", Request(1, 0xF), _model.Raw);
            }

            while (queue.TryNext(out DuePart due, out TimeSpan? wait) || wait is null)
            {
                bytes += due.Message?.Length ?? 0;
                if (wait is null)
                {
                    break;
                }
            }

            queue.TryNext(out DuePart extra, out TimeSpan? pause);
            bytes += extra.Message?.Length ?? 0;
            TimeSpan pass = pause is TimeSpan p && p > TimeSpan.Zero ? p : TimeSpan.FromMilliseconds(1);
            _time.Pass(pass);
            seconds += pass.TotalSeconds;
        }

        // The burst of a quarter of a second comes on top.
        Assert.InRange(bytes, 20_000 * 60 * 0.99, 20_000 * 60.3 + 1100);
    }

    [Fact]
    public void MessagesPerSecond_HoldForEachDevice_AndHinderNoOther()
    {
        PartQueue queue = new(new UpdateServerOptions { DeviceMessagesPerSecond = 10 }, _time);
        int greedy = 0;
        for (int tenth = 0; tenth < 100; tenth++)
        {
            queue.Add("greedy", Request(0, 0x7FF), _model.Raw);
            queue.Add("modest", Request(tenth % 8, 1), _model.Raw);
            List<DuePart> sent = Drain(queue);
            greedy += sent.Count(d => d.Device == "greedy");
            Assert.Single(sent, d => d.Device == "modest");
            _time.Pass(TimeSpan.FromMilliseconds(100));
        }

        // Ten seconds at ten a second, and a burst of sixteen.
        Assert.InRange(greedy, 100, 116);
    }

    [Fact]
    public void CopiesMessage_IsSentOnce_ForAllItBrings()
    {
        byte[] old = SimModel.Blob(40_000, 1);
        byte[] next = SimModel.Retrained(old, 2, 30_000, 4_000);
        Publication model = new(SimModel.Manifest(next, 2), next);
        PartSet parts = model.For(1, 1, () => old);
        PartQueue queue = new(new UpdateServerOptions { DeviceMessagesPerSecond = 0 }, _time);
        queue.Add("a", Request(0, 0xFFFFFFFF), parts);
        List<DuePart> sent = Drain(queue);
        Assert.Equal(1, sent.Count(d => d.Message[PartMessage.EncodingAt] == PartEncoding.Copies));
        Assert.InRange(sent.Count, 3, 12);
        Assert.True(parts.Messages().Sum(m => m.Length) < 8_000);
    }

    [Fact]
    public void InventedDevices_AreNotKeptWithoutEnd()
    {
        PartQueue queue = new(new UpdateServerOptions { MostDevices = 100 }, _time);
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(PartQueue.Taken.New, queue.Add($"d{i}", Request(0, 1), _model.Raw));
        }

        Assert.Equal(PartQueue.Taken.Crowded, queue.Add("one more", Request(0, 1), _model.Raw));
        Drain(queue);
        _time.Pass(TimeSpan.FromMinutes(11));
        Assert.Equal(PartQueue.Taken.New, queue.Add("one more", Request(0, 1), _model.Raw));
        Assert.Equal(1, queue.Devices);
    }

    private static List<DuePart> Drain(PartQueue queue)
    {
        List<DuePart> sent = [];
        while (queue.TryNext(out DuePart due, out _))
        {
            sent.Add(due);
        }

        return sent;
    }

    private static int Part(DuePart due) => LittleEndian.GetUInt16(due.Message, PartMessage.PartAt);

    private PartRequest Request(int first, uint wanted) => new() { Session = _model.Session, First = first, Wanted = wanted };
}
