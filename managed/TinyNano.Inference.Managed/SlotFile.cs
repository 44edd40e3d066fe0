using System;
using System.IO;

namespace TinyNano.Inference
{
    /// <summary>One small file that is read and written in pieces. Whatever the file system throws becomes status Flash.</summary>
    internal sealed class SlotFile
    {
        private readonly string _path;

        internal SlotFile(string path)
        {
            _path = path;
        }

        /// <summary>Bytes of the file; 0 where there is none.</summary>
        internal int Length()
        {
            try
            {
                if (!File.Exists(_path))
                {
                    return 0;
                }

                using (FileStream file = new FileStream(_path, FileMode.Open, FileAccess.Read))
                {
                    return (int)file.Length;
                }
            }
            catch (Exception)
            {
                throw new InferenceException(InferenceStatus.Flash);
            }
        }

        /// <summary>Reads what there is of so many bytes, and returns their number.</summary>
        internal int Read(int offset, byte[] data, int start, int count)
        {
            try
            {
                if (!File.Exists(_path))
                {
                    return 0;
                }

                using (FileStream file = new FileStream(_path, FileMode.Open, FileAccess.Read))
                {
                    if (offset >= file.Length)
                    {
                        return 0;
                    }

                    file.Seek(offset, SeekOrigin.Begin);
                    int done = 0;
                    while (done < count)
                    {
                        int some = file.Read(data, start + done, count - done);
                        if (some <= 0)
                        {
                            break;
                        }

                        done += some;
                    }

                    return done;
                }
            }
            catch (Exception)
            {
                throw new InferenceException(InferenceStatus.Flash);
            }
        }

        /// <summary>Adds bytes at the end; the file comes into being with the first.</summary>
        internal void Append(byte[] data, int start, int count)
        {
            Write(FileMode.OpenOrCreate, data, start, count);
        }

        /// <summary>Makes the file these bytes.</summary>
        internal void Replace(byte[] data)
        {
            Write(FileMode.Create, data, 0, data.Length);
        }

        internal void Delete()
        {
            try
            {
                if (File.Exists(_path))
                {
                    File.Delete(_path);
                }
            }
            catch (Exception)
            {
                throw new InferenceException(InferenceStatus.Flash);
            }
        }

        private void Write(FileMode mode, byte[] data, int start, int count)
        {
            try
            {
                using (FileStream file = new FileStream(_path, mode, FileAccess.Write))
                {
                    file.Seek(0, SeekOrigin.End);
                    file.Write(data, start, count);
                    file.Flush();
                }
            }
            catch (Exception)
            {
                throw new InferenceException(InferenceStatus.Flash);
            }
        }
    }
}
