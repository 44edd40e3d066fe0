using Microsoft.Extensions.Logging;

namespace TinyNano.Studio;

/// <summary>Errors go to standard error, one line each.</summary>
internal sealed class ErrorLog : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Console.Error.WriteLine($"studio: {formatter(state, exception)}{(exception is null ? "" : " " + exception.Message)}");
        }
    }
}

/// <summary>What is logged.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(Level = LogLevel.Error, Message = "{Path}: {Reason}")]
    public static partial void Failed(this ILogger logger, string reason, string path);
}
