using System.Reflection;
using System.Runtime.ExceptionServices;
using nanoFramework.TestFramework;
using Assert = Xunit.Assert;

namespace TinyNano.NanoUnit.Tests;

/// <summary>Runs every test of tests/managed, which the boards run with nanoFramework's own TestFramework.</summary>
public sealed class DeviceTests
{
    private const string Prefix = "NFUnitTest.";

    // Each row of data is a test of its own; without rows there is one.
    public static TheoryData<string, int> All()
    {
        TheoryData<string, int> all = [];
        foreach (MethodInfo method in Methods())
        {
            for (int row = 0; row < Math.Max(1, method.GetCustomAttributes<DataRowAttribute>().Count()); row++)
            {
                all.Add($"{method.DeclaringType!.FullName![Prefix.Length..]}.{method.Name}", row);
            }
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Test(string name, int row)
    {
        MethodInfo method = Methods().Single(m => $"{m.DeclaringType!.FullName}.{m.Name}" == Prefix + name);
        object?[] arguments = [.. method.GetCustomAttributes<DataRowAttribute>().Select(a => a.MethodParameters).ElementAtOrDefault(row) ?? []];

        // nanoFramework's launcher has no object either.
        Assert.True(method.IsStatic, $"{name} must be static");
        Invoke<SetupAttribute>(method.DeclaringType!);
        try
        {
            method.Invoke(null, arguments);
        }
        catch (TargetInvocationException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerException!);
        }
        finally
        {
            Invoke<CleanupAttribute>(method.DeclaringType!);
        }
    }

    /// <summary>A test framework that finds no tests reports success.</summary>
    [Fact]
    public void EveryProject_HasTests()
    {
        string[] groups = [.. Methods().Select(m => m.DeclaringType!.Namespace!).Distinct().Order()];
        Assert.Equal(
            ["NFUnitTest.AppTests", "NFUnitTest.InferenceTests", "NFUnitTest.MessagingTests", "NFUnitTest.OtaTests", "NFUnitTest.SensorsTests", "NFUnitTest.TelemetryTests"],
            groups);
    }

    private static IEnumerable<MethodInfo> Methods() => typeof(TestClassAttribute).Assembly.GetTypes()
        .Where(t => t.GetCustomAttribute<TestClassAttribute>() is not null)
        .SelectMany(t => t.GetMethods())
        .Where(m => m.GetCustomAttribute<TestMethodAttribute>() is not null);

    private static void Invoke<T>(Type type)
        where T : Attribute
    {
        foreach (MethodInfo method in type.GetMethods().Where(m => m.GetCustomAttribute<T>() is not null))
        {
            method.Invoke(null, null);
        }
    }
}
