using System.CommandLine;
using TinyNano.Simulator;

namespace TinyNano.Cli.Commands;

/// <summary>`tinynano explain CODE`: the sentence behind a number or a diagnostic id.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        Argument<string> code = new("code") { Description = "a status of the runtime such as -7, or a diagnostic id such as TN2401" };
        Command command = new("explain", "Explains a status code of the device or a diagnostic id.") { code };
        command.TreatUnmatchedTokensAsErrors = true;
        return command.Does(CommandBase.Json(), (parsed, console, _) =>
        {
            Explanation? explanation = Explanations.Find(parsed.GetRequiredValue(code));
            if (explanation is null)
            {
                console.Error($"no code '{parsed.GetRequiredValue(code)}'; status codes are 0 to {(int)Enum.GetValues<Status>().Min()}, diagnostic ids look like TN2401");
                return ExitCode.Refused;
            }

            console.Result(explanation, text => text.WriteLine($"{explanation.Code}  {explanation.Name}\n  means {explanation.Meaning}\n  cure  {explanation.Cure}"));
            return ExitCode.Done;
        });
    }
}
