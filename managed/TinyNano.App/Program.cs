namespace TinyNano.App
{
    public static class Program
    {
        public static void Main()
        {
            AppSettings settings = Board.LoadSettings();
            new Application(settings, Board.CreateClock()).Run();
        }
    }
}
