namespace TinyNano.Telemetry
{
    /// <summary>
    /// Bytes that may be sent: in no 24 hours more than a day's budget, whenever the device starts. Half of the budget may be saved up, and
    /// half comes in a day; a start has nothing.
    /// </summary>
    public sealed class ByteBudget
    {
        /// <summary>Largest budget; more is taken for this.</summary>
        public const int MaxBytesPerDay = 50000000;

        private const long MicrosecondsPerDay = 86400000000L;

        // In this unit a microsecond brings as many units as the budget has bytes.
        private const long UnitsPerByte = 2 * MicrosecondsPerDay;

        private readonly int _bytesPerDay;
        private long _units;
        private long _last;

        /// <param name="bytesPerDay">0 or less: none.</param>
        /// <param name="nowMicroseconds">The time.</param>
        public ByteBudget(int bytesPerDay, long nowMicroseconds)
        {
            _bytesPerDay = bytesPerDay < 0 ? 0 : bytesPerDay > MaxBytesPerDay ? MaxBytesPerDay : bytesPerDay;
            _last = nowMicroseconds;
        }

        /// <summary>Takes bytes from the budget; false, and nothing taken, where it has fewer.</summary>
        public bool Take(int bytes, long nowMicroseconds)
        {
            long elapsed = nowMicroseconds - _last;
            _last = nowMicroseconds;
            elapsed = elapsed < 0 ? 0 : elapsed > MicrosecondsPerDay ? MicrosecondsPerDay : elapsed;
            long most = _bytesPerDay * MicrosecondsPerDay;
            _units += elapsed * _bytesPerDay;
            _units = _units < most ? _units : most;
            long cost = bytes * UnitsPerByte;
            if (bytes > _bytesPerDay || cost > _units)
            {
                return false;
            }

            _units -= cost;
            return true;
        }
    }
}
