namespace NFUnitTest.AppTests
{
    /// <summary>Where tests may write files. The desk has another one.</summary>
    public static class TestStorage
    {
        public const string Root = "I:\\";
    }
}
