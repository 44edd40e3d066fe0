namespace TinyNano.Managed.Tests.Steps;

/// <summary>All families of random models.</summary>
public static class StepFamilies
{
    public static IReadOnlyList<IStepFamily> All { get; } = [.. typeof(IStepFamily).Assembly.GetTypes()
        .Where(t => t is { IsAbstract: false } && t.IsAssignableTo(typeof(IStepFamily)))
        .OrderBy(t => t.FullName, StringComparer.Ordinal)
        .Select(t => (IStepFamily)Activator.CreateInstance(t)!)];
}
