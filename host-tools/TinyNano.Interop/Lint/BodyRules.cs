using Mono.Cecil;
using Mono.Cecil.Cil;

namespace TinyNano.Interop.Lint;

/// <summary>Judges the code of a method: calls, arithmetic, handlers, and the types that it names.</summary>
internal sealed class BodyRules(Findings findings, TypeRules types)
{
    private static readonly HashSet<string> s_neverThrown = new(StringComparer.Ordinal)
    {
        "System.DivideByZeroException", "System.OverflowException", "System.ArithmeticException",
    };

    private static readonly HashSet<Code> s_checked =
    [
        Code.Add_Ovf, Code.Add_Ovf_Un, Code.Sub_Ovf, Code.Sub_Ovf_Un, Code.Mul_Ovf, Code.Mul_Ovf_Un,
        Code.Conv_Ovf_I, Code.Conv_Ovf_I_Un, Code.Conv_Ovf_I1, Code.Conv_Ovf_I1_Un, Code.Conv_Ovf_I2, Code.Conv_Ovf_I2_Un,
        Code.Conv_Ovf_I4, Code.Conv_Ovf_I4_Un, Code.Conv_Ovf_I8, Code.Conv_Ovf_I8_Un, Code.Conv_Ovf_U, Code.Conv_Ovf_U_Un,
        Code.Conv_Ovf_U1, Code.Conv_Ovf_U1_Un, Code.Conv_Ovf_U2, Code.Conv_Ovf_U2_Un, Code.Conv_Ovf_U4, Code.Conv_Ovf_U4_Un,
        Code.Conv_Ovf_U8, Code.Conv_Ovf_U8_Un,
    ];

    public void Check(MethodDefinition method)
    {
        TypeDefinition type = method.DeclaringType;
        foreach (VariableDefinition local in method.Body.Variables)
        {
            types.Use(local.VariableType, type, method);
        }

        foreach (ExceptionHandler handler in method.Body.ExceptionHandlers)
        {
            types.Use(handler.CatchType, type, method);
            if (handler.CatchType is { } caught && s_neverThrown.Contains(caught.FullName))
            {
                findings.Add(LintRules.ArithmeticCatch, type, method, "catch of " + caught.Name);
            }
        }

        foreach (Instruction instruction in method.Body.Instructions)
        {
            Check(instruction, method);
        }
    }

    private void Check(Instruction instruction, MethodDefinition method)
    {
        TypeDefinition type = method.DeclaringType;
        Code code = instruction.OpCode.Code;
        if (s_checked.Contains(code) && !IsArrayLength(instruction))
        {
            findings.Add(LintRules.CheckedArithmetic, type, method, instruction.OpCode.Name);
        }

        if (code is Code.Localloc or Code.Calli)
        {
            findings.Add(LintRules.Pointer, type, method, code == Code.Localloc ? "stackalloc" : "call through a function pointer");
        }

        switch (instruction.Operand)
        {
            case MethodReference called:
                Call(called, method);
                if (called.Name == "ToString" && called.Parameters.Count == 0 && EnumBefore(instruction) is { } spelled)
                {
                    findings.Add(LintRules.EnumText, type, method, spelled.Name + ".ToString()");
                }
                else if (called.DeclaringType.FullName == "System.String" && called.Name is "Concat" or "Format" && BoxedEnumBefore(instruction) is { } boxed)
                {
                    findings.Add(LintRules.EnumText, type, method, boxed.Name + " in a text");
                }

                break;

            case FieldReference field:
                types.Use(field.DeclaringType, type, method);
                types.Use(field.FieldType, type, method);
                break;

            case TypeReference named:
                types.Use(named, type, method);
                break;
        }
    }

    private void Call(MethodReference called, MethodDefinition method)
    {
        TypeDefinition type = method.DeclaringType;
        if (called is GenericInstanceMethod generic)
        {
            string arguments = string.Join(", ", generic.GenericArguments.Select(TypeRules.Text));
            findings.Add(LintRules.GenericMethod, type, method, $"call of {called.DeclaringType.Name}.{called.Name}<{arguments}>");
        }

        types.Use(called.DeclaringType, type, method);
        types.Use(called.ReturnType, type, method);
        foreach (ParameterDefinition parameter in called.Parameters)
        {
            types.Use(parameter.ParameterType, type, method);
        }
    }

    // `new byte[n]` with a long n, and indexing with one, convert with a check whatever the source says.
    private static bool IsArrayLength(Instruction instruction)
    {
        return instruction.OpCode.Code is Code.Conv_Ovf_I or Code.Conv_Ovf_I_Un && instruction.Next is { } next
            && (next.OpCode.Code is Code.Newarr or Code.Ldelema or Code.Ldelem_Any || next.OpCode.Name.StartsWith("ldelem", StringComparison.Ordinal));
    }

    // `value.ToString()` of an enum: constrained call, or a call on the boxed value.
    private static TypeReference? EnumBefore(Instruction call)
    {
        return call.Previous is { Operand: TypeReference named, OpCode.Code: Code.Constrained or Code.Box } && named.Resolve() is { IsEnum: true } ? named : null;
    }

    // The arguments of Concat and Format are put together right before the call; sixteen instructions cover the usual ones.
    private static TypeReference? BoxedEnumBefore(Instruction call)
    {
        Instruction? at = call.Previous;
        for (int i = 0; i < 16 && at is not null; i++, at = at.Previous)
        {
            if (at is { OpCode.Code: Code.Box, Operand: TypeReference named } && named.Resolve() is { IsEnum: true })
            {
                return named;
            }

            if (at.OpCode.FlowControl is FlowControl.Call or FlowControl.Branch or FlowControl.Return)
            {
                return null;
            }
        }

        return null;
    }
}
