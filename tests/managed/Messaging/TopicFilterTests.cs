using nanoFramework.TestFramework;
using TinyNano.Messaging;

namespace NFUnitTest.MessagingTests
{
    [TestClass]
    public class TopicFilterTests
    {
        [TestMethod]
        [DataRow("a/b", "a/b", true)]
        [DataRow("a/b", "a/bc", false)]
        [DataRow("a/b", "a", false)]
        [DataRow("a/bc", "a/b", false)]
        [DataRow("a/+/c", "a/b/c", true)]
        [DataRow("a/+/c", "a//c", true)]
        [DataRow("a/+/c", "a/b/d/c", false)]
        [DataRow("+", "a", true)]
        [DataRow("+", "a/b", false)]
        [DataRow("#", "a/b", true)]
        [DataRow("a/#", "a/b/c", true)]
        [DataRow("a/#", "a", true)]
        [DataRow("a/#", "ab", false)]
        [DataRow("a/#", "b/a", false)]
        [DataRow("", "a", false)]
        public static void Filter(string filter, string topic, bool matches)
        {
            Assert.AreEqual(matches, TopicFilter.Matches(filter, topic));
        }
    }
}
