namespace TinyNano.Compiler.IR;

/// <summary>One operator application. Absent optional inputs are null.</summary>
public sealed class Node
{
    public Node(string name, Op op, IEnumerable<Value?> inputs, IEnumerable<Value> outputs)
    {
        Name = name;
        Op = op;
        Inputs = [.. inputs];
        Outputs = [.. outputs];
    }

    /// <summary>Name for people: the source model's where there is one.</summary>
    public string Name { get; set; }

    public Op Op { get; set; }

    public List<Value?> Inputs { get; }

    public List<Value> Outputs { get; }

    public Value Output => Outputs[0];

    /// <summary>Input <paramref name="index"/>, or null where it is absent or beyond the list.</summary>
    public Value? Input(int index) => index < Inputs.Count ? Inputs[index] : null;

    public override string ToString() => $"{Op.Name} '{Name}'";
}
