using TinyNano.Compiler.Emit;

namespace TinyNano.Fleet.Drift;

/// <summary>One kind of counts of a model, such as the confidence, with its reference.</summary>
/// <param name="Name">`confidence`, `entropy`, `classes`, `feature 0` .. `feature 3` or `anomaly`.</param>
/// <param name="First">Where its counts begin among all counts of a health message.</param>
/// <param name="Reference">Counts of the typical inputs.</param>
/// <param name="Ordered">Whether neighbouring bins are close: not so for classes, for which no distance between distributions or means has a sense.</param>
public sealed record DriftFamily(string Name, int First, IReadOnlyList<int> Reference, bool Ordered)
{
    public int Bins => Reference.Count;

    /// <summary>All families of a reference, in the order of the health message.</summary>
    public static IReadOnlyList<DriftFamily> Of(ReferenceHistograms reference)
    {
        List<DriftFamily> families = [];
        int first = 0;
        void Add(string name, IReadOnlyList<int> counts, bool ordered = true)
        {
            if (counts.Count > 0)
            {
                families.Add(new DriftFamily(name, first, counts, ordered));
                first += counts.Count;
            }
        }

        Add("confidence", reference.Confidence);
        Add("entropy", reference.Entropy);
        Add("classes", reference.Classes, ordered: false);
        for (int f = 0; f < reference.Features.Count; f++)
        {
            Add($"feature {f}", reference.Features[f]);
        }

        Add("anomaly", reference.Anomaly);
        return families;
    }
}
