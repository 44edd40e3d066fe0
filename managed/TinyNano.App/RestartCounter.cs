using System;
using System.IO;

namespace TinyNano.App
{
    /// <summary>Counts the starts of the device in a file.</summary>
    public sealed class RestartCounter
    {
        private const string FileName = "restarts.txt";

        private readonly string _path;

        /// <param name="storageRoot">Ends with a separator.</param>
        public RestartCounter(string storageRoot)
        {
            _path = storageRoot + FileName;
        }

        /// <summary>Starts so far, without counting one; 0 where nobody counted or the file cannot be read.</summary>
        public int Read()
        {
            try
            {
                return File.Exists(_path) && int.TryParse(File.ReadAllText(_path), out int count) ? count : 0;
            }
            catch (Exception)
            {
                return 0;
            }
        }

        /// <summary>Counts a start; returns the starts so far, this one included. A file that cannot be written is no reason to stop.</summary>
        public int Count()
        {
            int count = Read() + 1;
            try
            {
                File.WriteAllText(_path, count.ToString());
            }
            catch (Exception)
            {
                // The device works without.
            }

            return count;
        }
    }
}
