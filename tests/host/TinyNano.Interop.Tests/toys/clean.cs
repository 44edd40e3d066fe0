// What today's CLR runs: the check has to stay silent on all of it.
using System;
using System.Collections;

namespace Clean
{
    public enum Mode
    {
        Off,
        On,
    }

    public delegate int Change(int value);

    public interface IThing
    {
        int Value { get; }

        event Change Changed;
    }

    public struct Pair
    {
        public int A;
        public float B;
    }

    public sealed class Thing : IThing, IDisposable
    {
        private static readonly sbyte[] s_table = { 1, -2, 3, 4, 5, 6, 7, 8, 9 };
        private readonly int[][] _jagged = new int[2][];
        private readonly Pair[] _pairs = new Pair[4];

        public event Change Changed;

        public int Value { get; private set; } = 3;

        public int Length => _jagged.Length + _pairs.Length;

        public void Dispose()
        {
        }

        public string Text(string name, int number) => $"{name}: {number:X4} of {s_table.Length}";

        public Change Closure(int by)
        {
            int Local(int value) => value + by;
            Changed += Local;
            return value => Local(value) * 2;
        }

        public string Switch(Mode mode) => mode switch
        {
            Mode.Off => "off",
            Mode.On => "on",
            _ => "?",
        };

        public int Patterns(object value)
        {
            if (value is int and > 3 and < 9 or 12)
            {
                return 1;
            }

            return value is string { Length: > 2 } text ? text.Length : 0;
        }

        public int Loop(ArrayList list, params int[] numbers)
        {
            int sum = 0;
            foreach (object item in list)
            {
                sum += (int)item;
            }

            foreach (int number in numbers)
            {
                sum += number;
            }

            return sum;
        }

        public int Try(ref Pair pair, out int result)
        {
            try
            {
                using var disposable = new Thing();
                result = disposable.Value / pair.A;
            }
            catch (Exception e) when (e.Message is null)
            {
                result = -1;
            }
            finally
            {
                pair.B++;
            }

            return result;
        }

        // An array with a long length converts with a check that the source did not ask for.
        public byte[] Allocate(long length) => new byte[length];

        public unsafe int AddressOfLocal(int value) => *(&value);

        public string Number(int value, Mode mode) => value.ToString() + ((int)mode).ToString();
    }
}
