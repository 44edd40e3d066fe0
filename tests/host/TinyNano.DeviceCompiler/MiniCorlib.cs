// The names that sources compiled in tests need from a core library, and nothing behind them.
using System.Runtime.CompilerServices;

namespace System
{
    public class Object
    {
        public virtual string ToString() => null;

        public virtual bool Equals(object other) => false;

        public virtual int GetHashCode() => 0;
    }

    public abstract class ValueType
    {
    }

    public abstract class Enum : ValueType
    {
    }

    public struct Void
    {
    }

    public struct Boolean
    {
    }

    public struct Char
    {
    }

    public struct SByte
    {
    }

    public struct Byte
    {
    }

    public struct Int16
    {
    }

    public struct UInt16
    {
    }

    public struct Int32
    {
        public override string ToString() => null;
    }

    public struct UInt32
    {
    }

    public struct Int64
    {
    }

    public struct UInt64
    {
    }

    public struct Single
    {
    }

    public struct Double
    {
    }

    public struct IntPtr
    {
    }

    public struct UIntPtr
    {
    }

    public struct TimeSpan
    {
    }

    public struct RuntimeTypeHandle
    {
    }

    public struct RuntimeFieldHandle
    {
    }

    public abstract class Type
    {
        public static Type GetTypeFromHandle(RuntimeTypeHandle handle) => null;
    }

    public sealed class String
    {
        public extern int Length
        {
            [MethodImpl(MethodImplOptions.InternalCall)]
            get;
        }

        public static string Concat(string a, string b) => null;

        public static string Concat(object a, object b) => null;

        public static string Format(string format, object a, object b) => null;

        public static string Format(string format, object a, object b, object c) => null;
    }

    public abstract class Array
    {
        public extern int Length
        {
            [MethodImpl(MethodImplOptions.InternalCall)]
            get;
        }
    }

    public class Exception
    {
        public string Message => null;
    }

    public interface IDisposable
    {
        void Dispose();
    }

    public interface IAsyncResult
    {
    }

    public delegate void AsyncCallback(IAsyncResult result);

    public abstract class Delegate
    {
        public static Delegate Combine(Delegate a, Delegate b) => null;

        public static Delegate Remove(Delegate a, Delegate b) => null;
    }

    public abstract class MulticastDelegate : Delegate
    {
    }

    public abstract class Attribute
    {
    }

    public enum AttributeTargets
    {
        All = 0x7FFF,
    }

    public sealed class AttributeUsageAttribute : Attribute
    {
        public AttributeUsageAttribute(AttributeTargets targets)
        {
        }

        public bool AllowMultiple
        {
            get => false;
            set { }
        }

        public bool Inherited
        {
            get => false;
            set { }
        }
    }

    public sealed class ParamArrayAttribute : Attribute
    {
    }
}

namespace System.Collections
{
    public interface IEnumerator
    {
        object Current { get; }

        bool MoveNext();
    }

    public interface IEnumerable
    {
        IEnumerator GetEnumerator();
    }

    public class ArrayList : IEnumerable
    {
        public IEnumerator GetEnumerator() => null;
    }
}

namespace System.Reflection
{
    public sealed class AssemblyNativeVersionAttribute : Attribute
    {
        public AssemblyNativeVersionAttribute(string version)
        {
        }
    }

    public sealed class AssemblyTitleAttribute : Attribute
    {
        public AssemblyTitleAttribute(string title)
        {
        }
    }

    public sealed class DefaultMemberAttribute : Attribute
    {
        public DefaultMemberAttribute(string member)
        {
        }
    }
}

namespace System.Runtime.CompilerServices
{
    public enum MethodImplOptions
    {
        InternalCall = 0x1000,
        Synchronized = 0x20,
    }

    public sealed class MethodImplAttribute : Attribute
    {
        public MethodImplAttribute(MethodImplOptions options)
        {
        }
    }

    public static class RuntimeHelpers
    {
        public static void InitializeArray(Array array, RuntimeFieldHandle field)
        {
        }
    }

    public sealed class CompilerGeneratedAttribute : Attribute
    {
    }
}
