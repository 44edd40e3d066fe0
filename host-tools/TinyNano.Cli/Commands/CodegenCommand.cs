using System.CommandLine;
using TinyNano.Compiler.Codegen;

namespace TinyNano.Cli.Commands;

/// <summary>`tinynano codegen`: a blob as C source.</summary>
internal static class CodegenCommand
{
    public static Command Create()
    {
        Argument<string> blob = new("blob") { Description = "the blob" };
        Option<string> lang = new("--lang") { Description = "language of the source: c", DefaultValueFactory = _ => "c" };
        lang.AcceptOnlyFromAmong("c");
        Option<string> form = new("--as") { Description = "model: a function that calls the kernels directly, no loader; array: the blob as an aligned array", DefaultValueFactory = _ => "model" };
        form.AcceptOnlyFromAmong("model", "array");
        Option<string> output = new("--output", "-o") { Description = "the .c file to write; the header of a model lies beside it", Required = true };
        Command command = new("codegen", "Writes a blob as C source, for firmware that carries its model.") { blob, lang, form, output };
        return command.Does(CommandBase.Json(), (parsed, console, _) =>
        {
            byte[] bytes = File.ReadAllBytes(parsed.GetRequiredValue(blob));
            string path = parsed.GetRequiredValue(output);
            string name = Path.GetFileNameWithoutExtension(path);
            List<string> written = [path];
            if (parsed.GetValue(form) == "array")
            {
                File.WriteAllText(path, CArray.Write(bytes, name));
            }
            else
            {
                (string header, string source) = CModel.Write(bytes, name);
                string headerPath = Path.ChangeExtension(path, ".h");
                File.WriteAllText(path, source);
                File.WriteAllText(headerPath, header);
                written.Add(headerPath);
            }

            console.Result(new { written }, text =>
            {
                foreach (string file in written)
                {
                    text.WriteLine($"wrote       {file}   {new FileInfo(file).Length:N0} B");
                }
            });
            return ExitCode.Done;
        });
    }
}
