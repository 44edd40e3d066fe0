namespace TinyNano.OnnxRuntime.Tests.Cases;

/// <summary>LSTM, GRU and RNN.</summary>
internal static class RecurrentCases
{
    private const int Inputs = 4;
    private const int Units = 3;
    private const int Steps = 5;

    public static IEnumerable<OnnxCase> All()
    {
        foreach ((string op, int gates) in new[] { ("LSTM", 4), ("GRU", 3), ("RNN", 1) })
        {
            foreach (string direction in new[] { "forward", "reverse", "bidirectional" })
            {
                foreach (int batch in new[] { 1, 2 })
                {
                    foreach (bool states in new[] { false, true })
                    {
                        OnnxCase c = new($"{op}_{direction}_{batch}{(states ? "_states" : "")}", 14, seed: (ulong)(gates + batch));
                        yield return c.Out(Recurrent(c, op, gates, direction, batch, states, peepholes: false));
                    }
                }
            }
        }

        OnnxCase peephole = new("LSTM_peepholes", 14);
        yield return peephole.Out(Recurrent(peephole, "LSTM", 4, "forward", 2, states: true, peepholes: true));
        OnnxCase linear = new("GRU_linear_before_reset", 14);
        yield return linear.Out(Recurrent(linear, "GRU", 3, "bidirectional", 2, states: true, peepholes: false, ("linear_before_reset", 1)));
        OnnxCase bare = new("LSTM_without_bias", 14);
        yield return bare.Out(bare.Ops("LSTM", [bare.In(Steps, 1, Inputs), bare.W(1, 4 * Units, Inputs), bare.W(1, 4 * Units, Units)], 3, ("hidden_size", Units)));
        OnnxCase last = new("GRU_last_only", 14);
        string[] outputs = last.Ops("GRU", [last.In(Steps, 1, Inputs), last.W(1, 3 * Units, Inputs), last.W(1, 3 * Units, Units)], 2, ("hidden_size", Units));
        yield return last.Out(outputs[1]);
    }

    private static string[] Recurrent(OnnxCase c, string op, int gates, string direction, int batch, bool states, bool peepholes, params (string, object)[] more)
    {
        int directions = direction == "bidirectional" ? 2 : 1;
        List<string> inputs =
        [
            c.In(Steps, batch, Inputs), c.W(directions, gates * Units, Inputs), c.W(directions, gates * Units, Units), c.W(directions, 2 * gates * Units),
        ];
        if (states)
        {
            inputs.AddRange(["", c.In(directions, batch, Units)]);
        }

        if (states && op == "LSTM")
        {
            inputs.Add(c.W(directions, batch, Units));
        }

        if (peepholes)
        {
            inputs.Add(c.W(directions, 3 * Units));
        }

        return c.Ops(op, [.. inputs], op == "LSTM" ? 3 : 2, [("hidden_size", Units), ("direction", direction), .. more]);
    }
}
