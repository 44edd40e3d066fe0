using System;
using System.Reflection;
using System.Runtime.CompilerServices;

[assembly: AssemblyNativeVersion("100.0.2.3")]

// Every shape that a parameter or a result can have.
namespace Toy.Shapes
{
    public enum Kind : byte
    {
        One,
        Two,
    }

    public struct Pair
    {
        public int A;
        public int B;
    }

    public class Box
    {
        public class Inner
        {
            public int V;
        }

        [MethodImpl(MethodImplOptions.InternalCall)]
        public extern bool Instance(bool a, char b, sbyte c, byte d, short e, ushort f, int g, uint h, long i, ulong j);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public virtual extern float Virtual(float a, double b, string c, object d);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern void Arrays(byte[] a, sbyte[] b, float[] c, string[] d, Pair[] e, byte[][] f);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern Inner Named(Pair a, Box b, Inner c, Kind d, Type e, IntPtr f, UIntPtr g, TimeSpan h, Exception i);

        [MethodImpl(MethodImplOptions.InternalCall)]
        private static extern Kind[] References(ref int a, out float[] b, ref Pair c, in long d, out Inner e);
    }
}
