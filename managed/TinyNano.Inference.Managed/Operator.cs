namespace TinyNano.Inference
{
    /// <summary>
    /// One operator of the blob. One object serves all steps of a model: it may keep buffers, which <see cref="Prepare"/> makes large enough
    /// for each step, but nothing that one evaluation leaves to the next.
    /// </summary>
    internal abstract class Operator
    {
        /// <summary>Bytes of parameters, as docs/SPEC.md says.</summary>
        internal abstract int ParamBytes { get; }

        /// <summary>The door check, once at load: a status of <see cref="InferenceStatus"/>. After Ok, <see cref="Eval"/> cannot fail.</summary>
        internal abstract int Prepare(StepContext step);

        /// <summary>Every inference; allocates nothing.</summary>
        internal abstract void Eval(StepContext step);
    }
}
