using System;
using nanoFramework.TestFramework;
using TinyNano.Sensors;

namespace NFUnitTest.SensorsTests
{
    [TestClass]
    public class FeatureScalerTests
    {
        [TestMethod]
        [DataRow(0.5f, 0.0f, 1.0f, 0, 3, 2)]
        [DataRow(0.5f, 0.0f, 1.0f, 0, -3, -1)]
        [DataRow(0.5f, 0.0f, 1.0f, 0, 2, 1)]
        [DataRow(-0.5f, 0.0f, 1.0f, 0, 3, -1)]
        [DataRow(1.0f, 0.0f, 1.0f, -128, 255, 127)]
        [DataRow(1.0f, 0.0f, 1.0f, -128, 0, -128)]
        [DataRow(1.0f, 0.0f, 1.0f, 0, 300, 127)]
        [DataRow(1.0f, 0.0f, 1.0f, 0, -300, -128)]
        [DataRow(0.0f, 5.0f, 0.5f, 1, 12345, 11)]
        [DataRow(1000.0f, -1000.0f, 1.0f, 0, 1, 0)]
        [DataRow(0.00390625f, -0.5f, 0.0078125f, 0, 128, 0)]
        public static void Sample_IsScaledShiftedAndSaturated(float a, float b, float scale, int zero, int raw, int expected)
        {
            FeatureScaler scaler = new FeatureScaler(new float[] { a }, new float[] { b }, scale, zero);
            Assert.AreEqual(expected, (int)scaler.One(raw, 0));
        }

        [TestMethod]
        public static void EverySample_IsTheNearestNumber()
        {
            Random random = new Random(20261);
            for (int round = 0; round < 40; round++)
            {
                float a = (float)(random.NextDouble() * 0.2 - 0.1);
                float b = (float)(random.NextDouble() * 20 - 10);
                float scale = (float)(random.NextDouble() * 0.2 + 0.001);
                int zero = random.Next(256) - 128;
                FeatureScaler scaler = new FeatureScaler(new float[] { a }, new float[] { b }, scale, zero);
                for (int raw = -32768; raw < 32768; raw += 97)
                {
                    double exact = ((double)a / scale) * raw + (double)b / scale + zero;
                    double lower = exact - 0.5 - 1.0 / 16384;
                    double upper = exact + 0.5 + 1.0 / 16384;
                    int q = scaler.One(raw, 0);
                    bool isNearest = (q >= lower && q <= upper) || (q == 127 && exact >= 126) || (q == -128 && exact <= -127);
                    Assert.IsTrue(isNearest, "seed 20261 round " + round.ToString() + " raw " + raw.ToString());
                }
            }
        }

        [TestMethod]
        public static void Table_GivesWhatTheFormulaGives()
        {
            FeatureScaler one = new FeatureScaler(new float[] { 0.0039f }, new float[] { -0.1f }, 0.0078f, -3);
            FeatureScaler two = new FeatureScaler(new float[] { 0.0039f, 0.0039f }, new float[] { -0.1f, -0.1f }, 0.0078f, -3);
            short[] samples = new short[300];
            for (int i = 0; i < samples.Length; i++)
            {
                samples[i] = (short)(i - 20);
            }

            sbyte[] byTable = new sbyte[samples.Length];
            sbyte[] byFormula = new sbyte[samples.Length];
            one.Scale(samples, 0, byTable, 0, samples.Length);
            two.Scale(samples, 0, byFormula, 0, samples.Length);
            Assert.IsTrue(byTable.SequenceEqual(byFormula));
        }

        [TestMethod]
        public static void Channels_AreScaledEachByItsOwn()
        {
            FeatureScaler scaler = new FeatureScaler(new float[] { 1, 2, -1 }, new float[] { 0, 1, 0 }, 1, 0);
            sbyte[] features = new sbyte[7];
            scaler.Scale(new short[] { 9, 1, 2, 3, 4, 5, 6 }, 1, features, 1, 6);
            Assert.IsTrue(features.SequenceEqual(new sbyte[] { 0, 1, 5, -3, 4, 11, -6 }));
        }

        [TestMethod]
        public static void Nonsense_IsRefused()
        {
            Refuses(new float[0], new float[0], 1);
            Refuses(new float[] { 1 }, new float[] { 1, 2 }, 1);
            Refuses(new float[] { 1 }, new float[] { 1 }, 0);
            Refuses(new float[] { 1 }, new float[] { 1 }, float.NaN);
            Refuses(new float[] { float.NaN }, new float[] { 1 }, 1);
            Refuses(new float[] { 1 }, new float[] { float.NaN }, 1);
            Refuses(new float[] { 1e30f }, new float[] { 1 }, 1);
        }

        private static void Refuses(float[] a, float[] b, float scale)
        {
            Assert.ThrowsException(typeof(ArgumentException), () => { FeatureScaler scaler = new FeatureScaler(a, b, scale, 0); });
        }
    }
}
