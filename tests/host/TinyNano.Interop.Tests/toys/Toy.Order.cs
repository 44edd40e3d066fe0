using System;
using System.Reflection;
using System.Runtime.CompilerServices;

[assembly: AssemblyNativeVersion("100.0.2.3")]

// Names that tell culture order from the order of code points, nested types, a delegate, an interface, a lambda, use before name.
public class NoNamespace
{
    [MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void A();
}

namespace nanoToy
{
    public class Later
    {
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern void A();
    }
}

namespace Zoo
{
    public class Animal
    {
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern void A();
    }
}

namespace Toy.Order
{
    public delegate int Change(int value);

    public interface IThing
    {
        int Do(int value);
    }

    public class ant
    {
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern void A();
    }

    public class Ant
    {
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern void A();
    }

    public class Ant_Hill
    {
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern void A();
    }

    public class AntHill
    {
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern void A();

        public class Room
        {
            [MethodImpl(MethodImplOptions.InternalCall)]
            public static extern void A();
        }
    }

    public class Ant2 : IThing
    {
        private readonly int _step;

        public Ant2(int step)
        {
            _step = step;
        }

        public int Do(int value)
        {
            return value + _step;
        }

        public Change Lambda(int by)
        {
            return value => value + by;
        }

        // Calls with Zebra in their signature put Zebra before this type.
        public static Zebra Use()
        {
            return Pass(new Zebra());
        }

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern Zebra Pass(Zebra value);
    }

    public class Zebra
    {
        private static int s_count = 3;

        [MethodImpl(MethodImplOptions.InternalCall)]
        public extern int Stripes();

        public static int Count()
        {
            return s_count;
        }
    }
}
