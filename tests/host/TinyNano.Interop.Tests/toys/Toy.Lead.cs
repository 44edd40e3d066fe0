using System;
using System.Reflection;
using System.Runtime.CompilerServices;

[assembly: AssemblyNativeVersion("100.0.2.3")]

// A managed method before the externs: the table is shifted by one, the checksum is that of Toy.Lead without it.
namespace Toy.Lead
{
    public static class Native
    {
#if LEADING
        public static int Shift()
        {
            return 1;
        }
#endif

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int A(int value);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int B(int value);

#if TRAILING
        public static int Last()
        {
            return 1;
        }
#endif
    }
}
