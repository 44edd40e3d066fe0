using System;
using System.Runtime.CompilerServices;

namespace nanoFramework.TestFramework
{
    public sealed partial class Assert
    {
        private Assert()
        {
        }

        public static void IsTrue(bool condition, [CallerArgumentExpression("condition")] string message = "")
        {
            Require(condition, "expected true", message);
        }

        public static void IsFalse(bool condition, [CallerArgumentExpression("condition")] string message = "")
        {
            Require(!condition, "expected false", message);
        }

        public static void IsNull(object value, [CallerArgumentExpression("value")] string message = "")
        {
            Require(value == null, "expected null", message);
        }

        public static void IsNotNull(object value, [CallerArgumentExpression("value")] string message = "")
        {
            Require(value != null, "expected something", message);
        }

        public static void AreSame(object expected, object actual, [CallerArgumentExpression("actual")] string message = "")
        {
            Require(ReferenceEquals(expected, actual), "expected the same object", message);
        }

        public static void AreNotSame(object notExpected, object actual, [CallerArgumentExpression("actual")] string message = "")
        {
            Require(!ReferenceEquals(notExpected, actual), "expected another object", message);
        }

        public static void Contains(string expected, string value, [CallerArgumentExpression("value")] string message = "")
        {
            Require(value.Contains(expected, StringComparison.Ordinal), "'" + value + "' does not contain '" + expected + "'", message);
        }

        public static void DoesNotContains(string notExpected, string value, [CallerArgumentExpression("value")] string message = "")
        {
            Require(!value.Contains(notExpected, StringComparison.Ordinal), "'" + value + "' contains '" + notExpected + "'", message);
        }

        public static void StartsWith(string expected, string value, [CallerArgumentExpression("value")] string message = "")
        {
            Require(value.StartsWith(expected, StringComparison.Ordinal), "'" + value + "' does not begin with '" + expected + "'", message);
        }

        public static void EndsWith(string expected, string value, [CallerArgumentExpression("value")] string message = "")
        {
            Require(value.EndsWith(expected, StringComparison.Ordinal), "'" + value + "' does not end with '" + expected + "'", message);
        }

        public static void IsInstanceOfType(object value, Type expected, [CallerArgumentExpression("value")] string message = "")
        {
            Require(value != null && expected.IsInstanceOfType(value), "expected a " + expected.Name, message);
        }

        public static void IsNotInstanceOfType(object value, Type notExpected, [CallerArgumentExpression("value")] string message = "")
        {
            Require(!notExpected.IsInstanceOfType(value), "expected no " + notExpected.Name, message);
        }

        public static void ThrowsException(Type exception, Action action, [CallerArgumentExpression("action")] string message = "")
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                Require(e.GetType() == exception, "expected a " + exception.Name + ", caught a " + e.GetType().Name, message);
                return;
            }

            Require(false, "expected a " + exception.Name, message);
        }

        public static void SkipTest(string message = null)
        {
            throw new SkipTestException(message);
        }

        private static void RequireEqual(object expected, object actual, string message)
        {
            Require(Equals(expected, actual), "expected " + expected + ", is " + actual, message);
        }

        private static void RequireDifferent(object notExpected, object actual, string message)
        {
            Require(!Equals(notExpected, actual), "is " + actual, message);
        }

        private static void Require(bool condition, string what, string message)
        {
            if (!condition)
            {
                throw new AssertFailedException(what + ": " + message);
            }
        }
    }
}
