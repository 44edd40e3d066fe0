using System;
using System.Reflection;
using System.Runtime.CompilerServices;

[assembly: AssemblyNativeVersion("100.0.2.3")]

// One static class of externs and nothing else.
namespace Toy.Plain
{
    public static class Native
    {
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Abi();

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Stage(int total, int offset, byte[] data, int start, int count);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern string Text(int model);
    }
}
