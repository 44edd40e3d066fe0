using nanoFramework.TestFramework;
using TinyNano.Inference;

namespace NFUnitTest.InferenceTests
{
    [TestClass]
    public class QuantizationTests
    {
        [TestMethod]
        [DataRow(0.0f, 3)]
        [DataRow(0.25f, 4)]
        [DataRow(0.24f, 3)]
        [DataRow(-0.25f, 2)]
        [DataRow(-0.24f, 3)]
        [DataRow(1000.0f, 127)]
        [DataRow(-1000.0f, -128)]
        [DataRow(1e30f, 127)]
        [DataRow(-1e30f, -128)]
        public static void ToInt8_RoundsHalfAwayFromZeroAndSaturates(float value, int expected)
        {
            Assert.AreEqual(expected, (int)Quantization.ToInt8(value, 0.5f, 3));
        }

        [TestMethod]
        public static void ToInt8_NaNIsTheZeroPoint()
        {
            Assert.AreEqual(-7, (int)Quantization.ToInt8(float.NaN, 0.5f, -7));
        }

        [TestMethod]
        public static void ToReal_UndoesTheZeroPoint()
        {
            Assert.AreEqual(2.5f, Quantization.ToReal(8, 0.5f, 3));
        }

        [TestMethod]
        public static void ArgMax_TakesTheFirstOfEquals()
        {
            Assert.AreEqual(1, Quantization.ArgMax(new sbyte[] { -3, 7, 7, -128 }));
            Assert.AreEqual(0, Quantization.ArgMax(new sbyte[] { -128 }));
        }

        [TestMethod]
        [DataRow(ElementType.Int8, 1)]
        [DataRow(ElementType.Bool, 1)]
        [DataRow(ElementType.Int16, 2)]
        [DataRow(ElementType.Float32, 4)]
        [DataRow(ElementType.Int64, 8)]
        [DataRow(0, 0)]
        [DataRow(99, 0)]
        public static void ElementSize(int type, int bytes)
        {
            Assert.AreEqual(bytes, ElementType.Size(type));
        }
    }
}
