using nanoFramework.TestFramework;
using TinyNano.App;

namespace NFUnitTest.AppTests
{
    [TestClass]
    public class SettingsReaderTests
    {
        [TestMethod]
        public static void Lines_SetWhatTheyName()
        {
            AppSettings settings = new AppSettings();
            SettingsReader reader = new SettingsReader(settings);
            reader.Read("# a comment\r\n\r\ndeviceId = pump 7 \r\nbrokerHost=10.0.0.2\nbrokerPort=8883\nuseTls=true\ni2cAddress=0x6f\n"
                + "scaleA=0.5, -1.5,2\nscaleB=0,0,1\nadcChannels=3, 4\noutputThreshold=0.75\noutputPin=-1\npassword=a=b\n"
                + "group=hall\nupdates=off\ntrialSilenceSeconds=9\ntrialHeapFloor=2000\ntrialSensorErrors=5\n"
                + "healthSeconds=30\nsampleBytesPerDay=20000\nsampleEntropyPercent=70\nsampleMarginPercent=5\n");
            Assert.IsNull(reader.Refused);
            Assert.AreEqual("pump 7", settings.DeviceId);
            Assert.AreEqual("10.0.0.2", settings.BrokerHost);
            Assert.AreEqual(8883, settings.BrokerPort);
            Assert.IsTrue(settings.UseTls);
            Assert.AreEqual(0x6F, settings.I2cAddress);
            Assert.AreEqual(3, settings.ScaleA.Length);
            Assert.AreEqual(-1.5f, settings.ScaleA[1]);
            Assert.AreEqual(1.0f, settings.ScaleB[2]);
            Assert.AreEqual(2, settings.AdcChannels.Length);
            Assert.AreEqual(4, settings.AdcChannels[1]);
            Assert.AreEqual(0.75f, settings.OutputThreshold);
            Assert.AreEqual(-1, settings.OutputPin);
            Assert.AreEqual("a=b", settings.Password);
            Assert.AreEqual("tinynano", settings.TopicRoot);
            Assert.AreEqual("hall", settings.Group);
            Assert.IsFalse(settings.Updates);
            Assert.AreEqual(9, settings.TrialSilenceSeconds);
            Assert.AreEqual(2000, settings.TrialHeapFloor);
            Assert.AreEqual(5, settings.TrialSensorErrors);
            new SettingsReader(settings).Read("updates=on");
            Assert.IsTrue(settings.Updates);
            Assert.AreEqual(30, settings.HealthSeconds);
            Assert.AreEqual(20000, settings.SampleBytesPerDay);
            Assert.AreEqual(70, settings.SampleEntropyPercent);
            Assert.AreEqual(5, settings.SampleMarginPercent);
            Assert.AreEqual(0, new AppSettings().SampleBytesPerDay);
        }

        [TestMethod]
        public static void Certificate_HasItsLinesBack()
        {
            AppSettings settings = new AppSettings();
            new SettingsReader(settings).Read("caCertificate=-----BEGIN CERTIFICATE-----\\nAB+/n=\\n-----END CERTIFICATE-----\\n");
            Assert.AreEqual("-----BEGIN CERTIFICATE-----\nAB+/n=\n-----END CERTIFICATE-----\n", settings.CaCertificate);
        }

        [TestMethod]
        [DataRow("nonsense=1", "nonsense")]
        [DataRow("brokerPort=many", "brokerPort")]
        [DataRow("i2cAddress=0x6g", "i2cAddress")]
        [DataRow("scaleA=1,b", "scaleA")]
        [DataRow("adcChannels=1.5", "adcChannels")]
        [DataRow("outputThreshold=", "outputThreshold")]
        [DataRow("justAWord", "justAWord")]
        [DataRow("x=1\nsampleRate=20\ny=2", "x,y")]
        public static void WhatCannotBeRead_IsNamedAndLeftAlone(string text, string refused)
        {
            AppSettings settings = new AppSettings();
            SettingsReader reader = new SettingsReader(settings);
            reader.Read(text);
            Assert.AreEqual(refused, reader.Refused);
            Assert.AreEqual(1883, settings.BrokerPort);
            Assert.AreEqual(0x68, settings.I2cAddress);
            Assert.AreEqual(1.0f, settings.ScaleA[0]);
            Assert.AreEqual(0.5f, settings.OutputThreshold);
            Assert.AreEqual(text.Contains("sampleRate") ? 20 : 50, settings.SampleRate);
        }
    }
}
