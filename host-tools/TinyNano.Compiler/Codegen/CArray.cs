using System.Globalization;

namespace TinyNano.Compiler.Codegen;

/// <summary>A blob as a C array, for firmware that carries its model: aligned as the runtime asks, to be given to tn_model_open.</summary>
public static class CArray
{
    /// <summary>Source text that defines <c>name_tnb</c> and <c>name_tnb_size</c>; it includes nothing of TinyNano.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="name">Prefix of the names; made an identifier.</param>
    public static string Write(byte[] blob, string name)
    {
        string id = CText.Identifier(name);
        return string.Create(CultureInfo.InvariantCulture, $$"""
            // Made by `tinynano codegen --lang c --as array`; make it again instead of editing it.
            //
            //   extern const unsigned char {{id}}_tnb[];
            //   extern const unsigned int {{id}}_tnb_size;

            extern const unsigned char {{id}}_tnb[{{blob.Length}}];
            extern const unsigned int {{id}}_tnb_size;

            #if defined(_MSC_VER)
            __declspec(align(16))
            #else
            __attribute__((aligned(16)))
            #endif
            const unsigned char {{id}}_tnb[{{blob.Length}}] = {{{CText.Bytes(blob)}}
            };

            const unsigned int {{id}}_tnb_size = {{blob.Length}};

            """);
    }
}
