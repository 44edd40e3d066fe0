using System;
using System.Text;

namespace TinyNano.Inference
{
    /// <summary>One input or output of an open model: what it is, and the way to its bytes in the arena.</summary>
    internal sealed class ModelIo
    {
        private readonly BlobView _view;
        private readonly byte[] _arena;
        private readonly int _record;
        private readonly Tensor _tensor = new Tensor();
        private readonly bool _quantized;
        private readonly float _scale;
        private readonly int _zero;
        private InputWatch _watch;

        internal ModelIo(BlobView view, int record, byte[] arena)
        {
            _view = view;
            _arena = arena;
            _record = record;
            view.Show(Bytes.UInt16(view.Blob, record), arena, _tensor);
            _quantized = view.Blob[record + 3] != 0;
            _scale = FloatBits.Read(view.Blob, record + 4);
            _zero = Bytes.Int32(view.Blob, record + 8);
        }

        internal int ElementTypeCode
        {
            get { return _tensor.ElementType; }
        }

        internal int Offset
        {
            get { return _tensor.Offset; }
        }

        internal int Count
        {
            get { return _tensor.Count; }
        }

        /// <summary>Whether the elements are of int8 or uint8.</summary>
        internal bool IsByte
        {
            get { return _tensor.ElementType == ElementType.Int8 || _tensor.ElementType == ElementType.UInt8; }
        }

        /// <summary>Turns a byte of the elements into the distance from the least one, 0 to 255.</summary>
        internal int Flip
        {
            get { return _tensor.ElementType == ElementType.Int8 ? 0x80 : 0; }
        }

        internal int LastDimension
        {
            get { return _tensor.Rank == 0 ? 1 : _tensor.Dims[_tensor.Rank - 1]; }
        }

        /// <summary>For an input of int8 or uint8 only. Made when it is asked for the first time.</summary>
        internal InputWatch Watch
        {
            get
            {
                if (_watch == null)
                {
                    _watch = new InputWatch(this);
                }

                return _watch;
            }
        }

        internal byte[] Arena
        {
            get { return _arena; }
        }

        internal int ByteCount
        {
            get { return _tensor.Count * _tensor.ElementBytes; }
        }

        internal TensorInfo Describe()
        {
            int[] shape = new int[_tensor.Rank];
            Array.Copy(_tensor.Dims, shape, shape.Length);
            string name = Text(_view, Bytes.Int32(_view.Blob, _record + 12));
            return new TensorInfo(name, _tensor.ElementType, ByteCount, shape, _quantized, _scale, _zero);
        }

        /// <summary>The string at an offset in the text section.</summary>
        internal static string Text(BlobView view, int offset)
        {
            int start = view.TextAt + offset;
            int end = start;
            while (view.Blob[end] != 0)
            {
                end++;
            }

            return end == start ? string.Empty : Encoding.UTF8.GetString(view.Blob, start, end - start);
        }

        internal void Write(byte[] data, int start, int count)
        {
            CheckRange(data.Length, start, count, ByteCount);
            Array.Copy(data, start, _arena, _tensor.Offset, count);
        }

        internal void Read(byte[] data, int start, int count)
        {
            CheckRange(data.Length, start, count, ByteCount);
            Array.Copy(_arena, _tensor.Offset, data, start, count);
        }

        internal void Write(sbyte[] data, int start, int count)
        {
            CheckRange(data.Length, start, count, ByteCount);
            CheckInt8();
            byte[] arena = _arena;
            int at = _tensor.Offset;
            for (int end = start + count; start < end; start++)
            {
                arena[at++] = (byte)data[start];
            }
        }

        internal void Read(sbyte[] data, int start, int count)
        {
            CheckRange(data.Length, start, count, ByteCount);
            CheckInt8();
            byte[] arena = _arena;
            int at = _tensor.Offset;
            for (int end = start + count; start < end; start++)
            {
                data[start] = (sbyte)arena[at++];
            }
        }

        internal void Write(float[] data, int start, int count)
        {
            CheckRange(data.Length, start, count, _tensor.Count);
            switch (_tensor.ElementType)
            {
                case ElementType.Float32:
                    for (int i = 0; i < count; i++)
                    {
                        FloatBits.Write(_arena, _tensor.Offset + (i << 2), data[start + i]);
                    }

                    break;
                case ElementType.Int8:
                    Quantize(data, start, count, -128, 127);
                    break;
                case ElementType.UInt8:
                    Quantize(data, start, count, 0, 255);
                    break;
                case ElementType.Int16:
                    Quantize(data, start, count, -32768, 32767);
                    break;
                default:
                    throw new InferenceException(InferenceStatus.Type);
            }
        }

        internal void Read(float[] data, int start, int count)
        {
            CheckRange(data.Length, start, count, _tensor.Count);
            if (_tensor.ElementType == ElementType.Float32)
            {
                for (int i = 0; i < count; i++)
                {
                    data[start + i] = FloatBits.Read(_arena, _tensor.Offset + (i << 2));
                }

                return;
            }

            int type = _tensor.ElementType;
            if ((type != ElementType.Int8 && type != ElementType.UInt8 && type != ElementType.Int16 && type != ElementType.Int32) || !IsScaled())
            {
                throw new InferenceException(InferenceStatus.Type);
            }

            for (int i = 0; i < count; i++)
            {
                data[start + i] = Quantization.ToReal(Integer(i), _scale, _zero);
            }
        }

        private void Quantize(float[] data, int start, int count, int lo, int hi)
        {
            if (!IsScaled() || _zero < lo || _zero > hi)
            {
                throw new InferenceException(InferenceStatus.Type);
            }

            for (int i = 0; i < count; i++)
            {
                int q = Quantization.Quantize(data[start + i], _scale, _zero, lo, hi);
                if (_tensor.ElementType == ElementType.Int16)
                {
                    _tensor.SetInt16(i, q);
                }
                else
                {
                    _arena[_tensor.Offset + i] = (byte)q;
                }
            }
        }

        private int Integer(int index)
        {
            switch (_tensor.ElementType)
            {
                case ElementType.Int8:
                    return (sbyte)_arena[_tensor.Offset + index];
                case ElementType.UInt8:
                    return _arena[_tensor.Offset + index];
                case ElementType.Int16:
                    return _tensor.GetInt16(index);
                default:
                    return _tensor.GetInt32(index);
            }
        }

        // The loader does not look at scales and zero points of inputs and outputs, as running never needs them.
        private bool IsScaled()
        {
            return _quantized && _scale > 0 && _scale <= float.MaxValue;
        }

        private void CheckInt8()
        {
            if (_tensor.ElementType != ElementType.Int8)
            {
                throw new InferenceException(InferenceStatus.Type);
            }
        }

        private static void CheckRange(int length, int start, int count, int whole)
        {
            if (start < 0 || count < 0 || start > length || count > length - start || count != whole)
            {
                throw new InferenceException(InferenceStatus.Arg);
            }
        }
    }
}
