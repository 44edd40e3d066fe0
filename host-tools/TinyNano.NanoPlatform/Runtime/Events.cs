namespace nanoFramework.Runtime.Events;

/// <summary>What native events of nanoFramework carry.</summary>
public class BaseEvent
{
    public ushort Source;
    public byte Message;
}
