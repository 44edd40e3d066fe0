namespace NFUnitTest.Common
{
    /// <summary>The arena that stub engines share.</summary>
    public interface IStubOwner
    {
        /// <summary>Models that may be open at once.</summary>
        int Room { get; }

        /// <summary>Models that are open.</summary>
        int Open { get; set; }
    }
}
