using System;
using nanoFramework.TestFramework;
using TinyNano.Messaging.Mqtt;

namespace NFUnitTest.MessagingTests
{
    [TestClass]
    public class BackOffTests
    {
        [TestMethod]
        public static void Waits_DoubleUpToTheLimitWithJitter()
        {
            bool jitters = false;
            for (int seed = 0; seed < 50; seed++)
            {
                BackOff backOff = new BackOff(1000, 60000, new Random(seed));
                int upper = 1000;
                for (int attempt = 0; attempt < 12; attempt++)
                {
                    int wait = backOff.Next();
                    Assert.IsTrue(wait >= upper / 2 && wait <= upper, "seed " + seed.ToString() + " wait " + wait.ToString());
                    jitters |= wait != upper / 2 && wait != upper;
                    upper = upper * 2 > 60000 ? 60000 : upper * 2;
                }

                backOff.Reset();
                Assert.IsTrue(backOff.Next() <= 1000);
            }

            Assert.IsTrue(jitters);
        }
    }
}
