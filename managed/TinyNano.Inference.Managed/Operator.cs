namespace TinyNano.Inference
{
    /// <summary>One operator of the blob. An engine has one object of each, which serves all its steps one after the other.</summary>
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
