// Thumb-2 instructions by the Cortex-M4 technical reference manual, table 3-1: N registers of a multiple load or store cost 1 + N, a single
// load 2, a division 2 to 12 (7 here), everything else of the integer and DSP sets 1. Helium instructions take two beats of 64 bits: 2.

#include "cost.h"

static unsigned int count(uint32_t bits)
{
    return (unsigned int)__builtin_popcount(bits);
}

static cost_t plain(unsigned int cycles)
{
    return (cost_t){.cycles = (uint8_t)cycles};
}

static cost_t load(void)
{
    return (cost_t){.cycles = 2, .load = true};
}

static cost_t store(void)
{
    return (cost_t){.cycles = 1, .store = true};
}

static cost_t narrow(uint32_t op)
{
    if ((op & 0xF800u) == 0x4800u) { // LDR literal
        return load();
    }
    if ((op & 0xF000u) == 0x5000u) { // register offset: three stores, then five loads
        return ((op >> 9) & 7u) < 3u ? store() : load();
    }
    if ((op & 0xE000u) == 0x6000u || (op & 0xF000u) == 0x8000u || (op & 0xF000u) == 0x9000u) {
        return (op & 0x0800u) != 0 ? load() : store();
    }
    if ((op & 0xF600u) == 0xB400u) { // PUSH, POP; bit 8 is LR or PC
        return plain(1u + count(op & 0x1FFu));
    }
    if ((op & 0xF000u) == 0xC000u) { // LDM, STM
        return plain(1u + count(op & 0xFFu));
    }
    return plain(1);
}

// Helium and floating point share the coprocessor space.
static cost_t coprocessor(uint32_t first, uint32_t second)
{
    const uint32_t number = (second >> 8) & 15u;
    if (number == 15u || (first & 0x1000u) != 0 || (first & 0xFF80u) == 0xEF80u || (first & 0xFF80u) == 0xFF80u) {
        const bool memory = (first & 0xFE00u) == 0xEC00u || (first & 0xFE00u) == 0xFC00u;
        return (cost_t){.cycles = 2, .vector_memory = memory, .vector_math = !memory};
    }
    if (number != 10u && number != 11u && number != 9u) {
        // Helium arithmetic is encoded with coprocessors 8 and 14 as well.
        const bool memory = (first & 0xFE00u) == 0xEC00u;
        return (cost_t){.cycles = 2, .vector_memory = memory, .vector_math = !memory};
    }
    if ((first & 0xFE00u) == 0xEC00u) { // VLDR, VSTR, VLDM, VSTM
        const uint32_t words = second & 0xFFu;
        const bool single = (first & 0x0120u) == 0x0100u;
        const bool reads = (first & 0x0010u) != 0;
        return single ? (reads ? load() : store()) : plain(1u + words);
    }
    if ((first & 0xFFB0u) == 0xEE80u || (first & 0xFFBFu) == 0xEEB1u) { // VDIV, VSQRT
        return plain(14);
    }
    return plain(1);
}

static cost_t wide(uint32_t first, uint32_t second)
{
    if ((first & 0xFE40u) == 0xE800u) { // LDM, STM
        return plain(1u + count(second & 0xDFFFu));
    }
    if ((first & 0xFE40u) == 0xE840u) { // LDRD, STRD; exclusive; table branch
        return (first & 0xFFF0u) == 0xE8D0u ? plain(2) : plain(3);
    }
    if ((first & 0xEC00u) == 0xEC00u) {
        return coprocessor(first, second);
    }
    if ((first & 0xFE00u) == 0xF800u) {
        return (first & 0x0010u) != 0 ? load() : store();
    }
    if ((first & 0xFFD0u) == 0xFB90u && (second & 0x00F0u) == 0x00F0u) { // SDIV, UDIV
        return plain(7);
    }
    return plain(1);
}

cost_t cost_arm(const uint8_t *bytes, size_t size)
{
    const uint32_t first = (uint32_t)bytes[0] | ((uint32_t)bytes[1] << 8);
    if (size < 4) {
        return narrow(first);
    }
    return wide(first, (uint32_t)bytes[2] | ((uint32_t)bytes[3] << 8));
}
