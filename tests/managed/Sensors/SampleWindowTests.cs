using System;
using nanoFramework.TestFramework;
using TinyNano.Sensors;

namespace NFUnitTest.SensorsTests
{
    [TestClass]
    public class SampleWindowTests
    {
        [TestMethod]
        [DataRow(1, 4, 4)]
        [DataRow(1, 4, 1)]
        [DataRow(2, 5, 2)]
        [DataRow(3, 3, 7)]
        [DataRow(1, 1, 1)]
        public static void Windows_AreTheLastFramesEveryStride(int channels, int length, int stride)
        {
            SampleWindow window = new SampleWindow(channels, length, stride, Identity());
            sbyte[] input = new sbyte[channels * length];
            short[] frame = new short[channels];
            for (int n = 0; n < 60; n++)
            {
                for (int c = 0; c < channels; c++)
                {
                    frame[c] = (short)((n * channels + c) % 100);
                }

                window.Add(frame, 0, 1);
                bool due = n + 1 >= length && (n + 1 - length) % stride == 0;
                Assert.AreEqual(due, window.IsReady);
                Assert.AreEqual(due, window.Fill(input));
                Assert.IsFalse(window.Fill(input));
                for (int i = 0; due && i < input.Length; i++)
                {
                    int sample = (n + 1 - length) * channels + i;
                    Assert.AreEqual(sample % 100, (int)input[i]);
                }
            }

            Assert.AreEqual(0, window.Skipped);
        }

        [TestMethod]
        public static void Add_ManyAtOnceIsAsOneByOne()
        {
            SampleWindow window = new SampleWindow(1, 4, 2, Identity());
            short[] frames = new short[11];
            for (int i = 0; i < frames.Length; i++)
            {
                frames[i] = (short)i;
            }

            sbyte[] input = new sbyte[4];
            window.Add(frames, 0, 11);
            Assert.AreEqual(3, window.Skipped);
            Assert.IsTrue(window.Fill(input));
            Assert.IsTrue(input.SequenceEqual(new sbyte[] { 7, 8, 9, 10 }));
            window.Add(frames, 0, 1);
            Assert.IsTrue(window.Fill(input));
            Assert.IsTrue(input.SequenceEqual(new sbyte[] { 8, 9, 10, 0 }));
        }

        [TestMethod]
        public static void Clear_WaitsForAWholeWindow()
        {
            SampleWindow window = new SampleWindow(1, 2, 1, Identity());
            short[] frame = new short[1];
            window.Add(frame, 0, 1);
            window.Clear();
            window.Add(frame, 0, 1);
            Assert.IsFalse(window.IsReady);
            window.Add(frame, 0, 1);
            Assert.IsTrue(window.IsReady);
        }

        [TestMethod]
        public static void Scaler_MustFitTheChannels()
        {
            FeatureScaler two = new FeatureScaler(new float[] { 1, 1 }, new float[] { 0, 0 }, 1, 0);
            Assert.ThrowsException(typeof(ArgumentException), () => { SampleWindow window = new SampleWindow(3, 2, 1, two); });
            Assert.ThrowsException(typeof(ArgumentException), () => { SampleWindow window = new SampleWindow(2, 2, 0, two); });
        }

        private static FeatureScaler Identity()
        {
            return new FeatureScaler(new float[] { 1 }, new float[] { 0 }, 1, 0);
        }
    }
}
