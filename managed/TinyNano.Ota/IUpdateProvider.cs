namespace TinyNano.Ota
{
    /// <summary>
    /// Where a candidate is kept: checks manifests, stores parts, and makes a slot the one that runs. The names are those of
    /// nanoFramework's in-field update. Every method returns a status below 0 (<c>tinynano explain</c>) or what it says; whenever power is
    /// lost, the confirmed model or the one just being confirmed is left. Not thread-safe.
    /// </summary>
    public interface IUpdateProvider
    {
        /// <summary>To be called once after a start of the device: counts it in a trial. 1 where the trial has just been given up for it.</summary>
        int CountStart();

        /// <summary>Fills in where things are; 0.</summary>
        int GetStatus(UpdateSession session);

        /// <summary>
        /// Checks a manifest and keeps it as the offer: 0 acceptable, 1 this very manifest is under way, or was installed or refused. Nothing
        /// in flash changes.
        /// </summary>
        int CheckManifest(byte[] manifest, int start, int count);

        /// <summary>Begins the session of the manifest offered, or resumes it, or carries out a revert or a revocation; 0.</summary>
        int StartUpdateSession();

        /// <summary>The next part from <paramref name="from"/> on that is not stored; -10 where there is none.</summary>
        int NextMissing(int from);

        /// <summary>Stores a part: 0 stored, 1 was there; -21 where its bytes are wrong, and then nothing is written.</summary>
        int StoreImageChunk(int part, byte[] data, int start, int count);

        /// <summary>Stores a chunk that the active blob has at <paramref name="offset"/>; results as <see cref="StoreImageChunk"/>.</summary>
        int CopyImageChunk(int part, int offset);

        /// <summary>Stores a chunk made from the active blob and a patch; results as <see cref="StoreImageChunk"/>.</summary>
        int PatchImageChunk(int part, byte[] data, int start, int count);

        /// <summary>Verifies everything that is stored. 0: the candidate is stored; otherwise the status says whether it was refused.</summary>
        int CompleteUpdateSession();

        /// <summary>Makes the candidate's slot the one that runs, on trial; 0.</summary>
        int ActivateImage();

        /// <summary>Ends the trial well; 0.</summary>
        int ConfirmImage();

        /// <summary>Gives up a candidate that is not active, for good; 0.</summary>
        int RefuseImage(int status);

        /// <summary>Ends the trial badly: the slot before is active again; 0.</summary>
        int RequestRevert(int status);
    }
}
