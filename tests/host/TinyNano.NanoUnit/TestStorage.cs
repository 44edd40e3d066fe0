using System.IO;

namespace NFUnitTest.AppTests
{
    /// <summary>A folder of its own for every run.</summary>
    public static class TestStorage
    {
        public static readonly string Root = Directory.CreateTempSubdirectory("tinynano-").FullName + "/";
    }
}
