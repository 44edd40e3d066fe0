using System;
using TinyNano.Contracts;
using TinyNano.Messaging;

namespace TinyNano.Telemetry
{
    /// <summary>
    /// Sends inputs that the model is not sure of, for labelling, within a budget of bytes. One input at a time: the next is considered when
    /// its last part has gone. Other messages come first. One thread uses it; nothing allocates after construction.
    /// </summary>
    public sealed class UncertaintySampler
    {
        // Two parts a second leave the queue of the bus to others; none for a while after it has given up a message.
        private const long PartMicroseconds = 500000;
        private const long YieldMicroseconds = 10000000;

        // int8, as docs/SPEC.md numbers types.
        private const int Int8Type = 2;

        private readonly IMessageBus _bus;
        private readonly Topics _topics;
        private readonly TelemetryReporter _reporter;
        private readonly ByteBudget _budget;
        private readonly SampleMessage _message = new SampleMessage();
        private readonly byte[] _buffer = new byte[MessageHeader.MaxMessageBytes];
        private readonly sbyte[] _input;
        private readonly int _cost;
        private uint _samples;
        private bool _isSending;
        private long _due;
        private int _dropped;

        /// <param name="bus">Where to.</param>
        /// <param name="topics">Of this device.</param>
        /// <param name="reporter">Gives sequence and restarts.</param>
        /// <param name="inputBytes">Elements of the int8 input; more than a sample may have: nothing is sent.</param>
        /// <param name="bytesPerDay">Budget, headers of the messages included; 0: nothing is sent.</param>
        /// <param name="nowMicroseconds">The time.</param>
        public UncertaintySampler(IMessageBus bus, Topics topics, TelemetryReporter reporter, int inputBytes, int bytesPerDay, long nowMicroseconds)
        {
            _bus = bus;
            _topics = topics;
            _reporter = reporter;
            int parts = (inputBytes + SampleMessage.MaxDataBytes - 1) / SampleMessage.MaxDataBytes;
            _cost = inputBytes + parts * SampleMessage.FixedBytes;
            bool isPossible = bytesPerDay > 0 && inputBytes <= SampleMessage.MaxTotalBytes;
            _budget = new ByteBudget(isPossible ? bytesPerDay : 0, nowMicroseconds);
            _input = new sbyte[isPossible ? inputBytes : 0];
        }

        /// <summary>Entropy from which on an input is uncertain, in 1/<see cref="OutputStatistics.One"/>.</summary>
        public int EntropyFrom { get; set; } = OutputStatistics.One * 6 / 10;

        /// <summary>Margin up to which an input is uncertain, in 1/<see cref="OutputStatistics.One"/>.</summary>
        public int MarginUpTo { get; set; } = OutputStatistics.One / 10;

        /// <summary>crc32 in the header of the model's blob.</summary>
        public uint ModelCrc { get; set; }

        /// <summary>Inputs taken since the start.</summary>
        public uint Samples
        {
            get { return _samples; }
        }

        /// <summary>Takes an input if it is uncertain, none is on its way and the budget allows it. Copies it and returns at once.</summary>
        /// <returns>Whether it was taken.</returns>
        public bool Offer(OutputStatistics output, sbyte[] input, long nowMicroseconds)
        {
            int reasons = (output.Entropy >= EntropyFrom ? SampleMessage.EntropyReason : 0) | (output.Margin <= MarginUpTo ? SampleMessage.MarginReason : 0);
            if (_isSending || reasons == 0 || _input.Length == 0 || !_budget.Take(_cost, nowMicroseconds))
            {
                return false;
            }

            Array.Copy(input, _input, _input.Length);
            _message.Sample = _samples++;
            _message.ModelCrc = ModelCrc;
            _message.TotalBytes = _input.Length;
            _message.Offset = 0;
            _message.ClassIndex = output.Class;
            _message.Confidence = output.Confidence;
            _message.Entropy = output.Entropy;
            _message.Reasons = reasons;
            _message.ElementType = Int8Type;
            _isSending = true;
            return true;
        }

        /// <summary>Publishes the next part where there is one, a connection, and nothing more urgent.</summary>
        public void Tick(long nowMicroseconds)
        {
            if (!_isSending || !_bus.IsConnected || nowMicroseconds < _due)
            {
                return;
            }

            if (_bus.Dropped != _dropped)
            {
                _dropped = _bus.Dropped;
                _due = nowMicroseconds + YieldMicroseconds;
                return;
            }

            _due = nowMicroseconds + PartMicroseconds;
            _message.Sequence = _reporter.NextSequence();
            _message.Restarts = _reporter.Restarts;
            _bus.Publish(_topics.Sample, _buffer, _message.Encode(_buffer, _input), 0, false);
            _message.Offset += _message.DataBytes;
            _isSending = _message.Offset < _message.TotalBytes;
        }
    }
}
