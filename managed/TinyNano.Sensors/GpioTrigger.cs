using System.Device.Gpio;
using System.Threading;

namespace TinyNano.Sensors
{
    /// <summary>The edge of a pin starts a capture. Edges during a capture start one more, not many.</summary>
    public sealed class GpioTrigger : ITrigger
    {
        private readonly GpioController _controller;
        private readonly AutoResetEvent _edge = new AutoResetEvent(false);
        private readonly int _pin;
        private int _count;

        /// <param name="controller">Stays the caller's.</param>
        /// <param name="pin">Number of the pin; an input with pull-up for a falling edge, pull-down for a rising one.</param>
        /// <param name="falling">Falling edges, as of a button to ground, instead of rising ones.</param>
        public GpioTrigger(GpioController controller, int pin, bool falling)
        {
            _controller = controller;
            _pin = pin;
            controller.OpenPin(pin, falling ? PinMode.InputPullUp : PinMode.InputPullDown);
            controller.RegisterCallbackForPinValueChangedEvent(pin, falling ? PinEventTypes.Falling : PinEventTypes.Rising, OnEdge);
        }

        public int Count
        {
            get { return _count; }
        }

        public bool Wait(int milliseconds)
        {
            return _edge.WaitOne(milliseconds, false);
        }

        public void Dispose()
        {
            _controller.UnregisterCallbackForPinValueChangedEvent(_pin, OnEdge);
            _controller.ClosePin(_pin);
        }

        private void OnEdge(object sender, PinValueChangedEventArgs e)
        {
            Interlocked.Increment(ref _count);
            _edge.Set();
        }
    }
}
