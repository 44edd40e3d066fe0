using System;

namespace TinyNano.Ota
{
    /// <summary>Actions that wait to be carried out, in order, in memory that is allocated once.</summary>
    public sealed class UpdateActions
    {
        /// <summary>One event asks for fewer, and each is carried out before the next comes.</summary>
        public const int Capacity = 16;

        private readonly int[] _codes = new int[Capacity];
        private readonly int[] _values = new int[Capacity];
        private readonly int[] _details = new int[Capacity];
        private int _first;

        public int Count { get; private set; }

        /// <summary>The action taken last, one of <see cref="UpdateAction"/>.</summary>
        public int Code { get; private set; }

        public int Value { get; private set; }

        public int Detail { get; private set; }

        /// <summary>Takes the oldest action out; false where there is none.</summary>
        public bool Take()
        {
            if (Count == 0)
            {
                return false;
            }

            Code = _codes[_first];
            Value = _values[_first];
            Detail = _details[_first];
            _first = (_first + 1) % Capacity;
            Count--;
            return true;
        }

        internal void Add(int code)
        {
            Add(code, 0, 0);
        }

        /// <exception cref="InvalidOperationException">The actions before were not carried out.</exception>
        internal void Add(int code, int value, int detail)
        {
            if (Count == Capacity)
            {
                throw new InvalidOperationException();
            }

            int at = (_first + Count) % Capacity;
            _codes[at] = code;
            _values[at] = value;
            _details[at] = detail;
            Count++;
        }
    }
}
