using System;

namespace nanoFramework.TestFramework
{
    /// <summary>An assertion does not hold.</summary>
    public sealed class AssertFailedException : Exception
    {
        public AssertFailedException(string message)
            : base(message)
        {
        }
    }

    /// <summary>A test says that it cannot run here.</summary>
    public sealed class SkipTestException : Exception
    {
        public SkipTestException(string message)
            : base(message)
        {
        }
    }
}
