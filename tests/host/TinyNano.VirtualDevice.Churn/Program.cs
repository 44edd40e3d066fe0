using TinyNano.Inference;
using TinyNano.NanoPlatform;
using TinyNano.VirtualDevice.Storage;

// At its start it opens the confirmed model, proves it and runs it; standard output then says "good NAME OUTPUT", or "bad REASON".
// After that it installs a.tnb and b.tnb of the state folder in turn for ever, and says so before and after: "begin", "end".
VirtualBoard board = VirtualBoard.Current;
string folder = board.Settings.StateFolder;
byte[][] models = [File.ReadAllBytes(Path.Combine(folder, "a.tnb")), File.ReadAllBytes(Path.Combine(folder, "b.tnb"))];
IModelSlots slots = Engine.OpenSlots(folder + Path.DirectorySeparatorChar);
int current = -1;
if (slots.Active >= 0)
{
    byte[] blob = ModelInstaller.ReadActive(slots);
    current = Array.FindIndex(models, m => m.AsSpan().SequenceEqual(blob));
    using Model model = Model.OpenActive(Engine.Create(), slots);
    sbyte[] input = new sbyte[model.Input.Length];
    for (int i = 0; i < input.Length; i++)
    {
        input[i] = (sbyte)(i * 37);
    }

    sbyte[] output = new sbyte[model.Output.Length];
    bool proved = model.Prove();
    model.Run(input, output);
    Console.WriteLine(current < 0 || !proved ? $"bad model {current}, proved {proved}" : $"good {"ab"[current]} {string.Join(',', output)}");
}
else
{
    Console.WriteLine("bad no model");
}

Console.Out.Flush();
while (!board.ShouldStop)
{
    current = current == 0 ? 1 : 0;
    Console.WriteLine("begin");
    Console.Out.Flush();
    ModelInstaller.Install(slots, models[current]);
    Console.WriteLine("end");
    Console.Out.Flush();
}
