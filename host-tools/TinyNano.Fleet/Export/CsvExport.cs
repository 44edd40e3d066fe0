using System.Globalization;
using TinyNano.Contracts;
using TinyNano.Fleet.Store;

namespace TinyNano.Fleet.Export;

/// <summary>Tables of the database as CSV: UTF-8, a header, commas, quotes where RFC 4180 wants them.</summary>
public static class CsvExport
{
    /// <summary>Every health message, its counts apart. Numbers of counts differ between models: columns are those that the protocol allows at most.</summary>
    public static void Health(FleetDatabase database, TextWriter to)
    {
        List<string> header = ["device", "at", "restarts", "sequence", "model_version", "model_crc", "inferences", "latency_us", "alarms", "rssi", "free_heap"];
        void Columns(string name, int count) => header.AddRange(Enumerable.Range(0, count).Select(i => $"{name}_{i}"));
        Columns("confidence", HealthMessage.ConfidenceBins);
        Columns("entropy", HealthMessage.EntropyBins);
        Columns("class", HealthMessage.MaxClasses);
        for (int f = 0; f < HealthMessage.MaxFeatures; f++)
        {
            Columns($"feature{f}", HealthMessage.FeatureBins);
        }

        Columns("anomaly", HealthMessage.AnomalyBins);
        Line(to, header);
        foreach (string device in database.Read(Store.Health.Devices))
        {
            foreach (HealthRow row in database.Read(s => Store.Health.Of(s, device)))
            {
                HealthMessage m = row.Decode();
                List<string> cells = [device, Time(row.At), .. Texts(row.Restarts, row.Sequence, row.ModelVersion), $"{row.ModelCrc:x8}", .. Texts(row.Inferences, row.LatencyMicroseconds, m.Alarms, m.Rssi, m.FreeHeap)];
                void Counts(int first, int count, int most) => cells.AddRange(Enumerable.Range(0, most).Select(i => i < count ? m.Values[first + i].ToString(CultureInfo.InvariantCulture) : ""));
                Counts(0, m.ConfidenceCount, HealthMessage.ConfidenceBins);
                Counts(m.EntropyFirst, m.EntropyCount, HealthMessage.EntropyBins);
                Counts(m.ClassFirst, m.ClassCount, HealthMessage.MaxClasses);
                Counts(m.FeatureFirst, m.FeatureCount * HealthMessage.FeatureBins, HealthMessage.MaxFeatures * HealthMessage.FeatureBins);
                Counts(m.AnomalyFirst, m.AnomalyCount, HealthMessage.AnomalyBins);
                Line(to, cells);
            }
        }
    }

    /// <summary>Every complete sample; data in hexadecimal, as the model had it.</summary>
    public static void Samples(FleetDatabase database, TextWriter to)
    {
        Line(to, ["device", "at", "restarts", "sample", "model_crc", "class_index", "confidence", "entropy", "element_type", "label", "data"]);
        foreach (SampleRow row in database.Read(s => Store.Samples.All(s, int.MaxValue)).Where(s => s.Complete))
        {
            byte[]? data = database.Read(s => Store.Samples.Data(s, row));
            if (data is not null)
            {
                Line(to,
                [
                    row.Device, Time(row.At), .. Texts(row.Restarts, row.Sample), $"{row.ModelCrc:x8}", .. Texts(row.ClassIndex), Share(row.Confidence), Share(row.Entropy),
                    .. Texts(row.ElementType), row.Label?.ToString(CultureInfo.InvariantCulture) ?? "", Convert.ToHexStringLower(data),
                ]);
            }
        }
    }

    private static string Share(int value) => (value / (double)SampleMessage.One).ToString("0.#####", CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static IEnumerable<string> Texts(params long[] numbers) => numbers.Select(n => n.ToString(CultureInfo.InvariantCulture));

    private static void Line(TextWriter to, IEnumerable<string> cells) => to.Write(string.Join(',', cells.Select(Cell)) + "\r\n");

    // A name that a spreadsheet would take for a formula is kept from being one.
    private static string Cell(string text)
    {
        bool isFormula = text.Length > 0 && (text[0] is '=' or '+' or '@' or '\t' || (text[0] == '-' && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)));
        string safe = isFormula ? "'" + text : text;
        return safe.AsSpan().IndexOfAny(",\"\r\n") < 0 ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
