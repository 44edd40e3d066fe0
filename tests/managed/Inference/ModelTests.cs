using nanoFramework.TestFramework;
using NFUnitTest.Common;
using TinyNano.Inference;

namespace NFUnitTest.InferenceTests
{
    [TestClass]
    public class ModelTests
    {
        [TestMethod]
        public static void Run_FillsInputAndReadsOutput()
        {
            using (Model model = Model.Open(new StubEngine(3, 3, ElementType.Int8), new byte[0]))
            {
                sbyte[] output = new sbyte[3];
                model.Run(new sbyte[] { 1, -2, 3 }, output);
                Assert.AreEqual(-2, (int)output[1]);
                Assert.AreEqual(3, (int)output[2]);
                Assert.AreEqual(100, model.LastRunMicroseconds);
                Assert.AreEqual("in", model.Input.Name);
                Assert.AreEqual(3, model.Output.Length);
            }
        }

        [TestMethod]
        public static void Prove_ChecksEveryVectorAndResets()
        {
            StubEngine engine = new StubEngine(1, 1, ElementType.Int8);
            Assert.IsTrue(Model.Open(engine, new byte[0]).Prove());
            Assert.AreEqual(2, engine.Runs);
            Assert.AreEqual(1, engine.Resets);
        }

        [TestMethod]
        public static void Prove_FailsWhereAVectorDoesNotComeOut()
        {
            StubEngine engine = new StubEngine(1, 1, ElementType.Int8);
            engine.FailingGolden = 1;
            Assert.IsFalse(Model.Open(engine, new byte[0]).Prove());
            Assert.AreEqual(1, engine.Resets);
        }

        [TestMethod]
        public static void OpenActive_WithoutModelIsEmpty()
        {
            try
            {
                Model.OpenActive(new StubEngine(1, 1, ElementType.Int8), new FakeSlots(128));
            }
            catch (InferenceException e)
            {
                Assert.AreEqual(InferenceStatus.Empty, e.Status);
                Assert.AreEqual(InferenceException.Unknown, e.Step);
                return;
            }

            Assert.IsTrue(false, "an empty slot was opened");
        }

        [TestMethod]
        public static void Dispose_EndsTheEngine()
        {
            StubEngine engine = new StubEngine(1, 1, ElementType.Int8);
            Model.Open(engine, new byte[0]).Dispose();
            Assert.IsTrue(engine.IsDisposed);
        }
    }
}
