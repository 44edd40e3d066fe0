// A QEMU plugin that counts instructions, estimated cycles and bytes moved, by function and by part of the run.
//
//   -plugin libtn_profile.so,core=cortex-m4,out=FILE[,begin=SYMBOL,end=SYMBOL,skip=SYMBOL]
//
// Parts are what runs between a call of `begin` and the next call of `end`: functions of one instruction that the program calls around whatever it
// wants to tell apart. They are numbered from 1; everything else is part 0. The instructions of functions whose names begin with `skip` are not
// counted. Without begin and end any program can be profiled as a whole. The file has a line `part NUMBER FUNCTION INSTRUCTIONS CYCLES BYTES` for
// each function of each part, and last `core NAME SOURCE`.

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cost.h"
#include "qemu_api.h"

typedef struct function {
    struct function *next;
    char *name;
    uint64_t instructions;
    uint64_t cycles;
    uint64_t bytes;
    bool skipped;
} function_t;

typedef struct instruction {
    function_t *function;
    uint64_t address;
    uint32_t size;
    cost_t cost;
    enum { ORDINARY, BEGIN, END } mark;
} instruction_t;

QEMU_EXPORT extern int qemu_plugin_version;
QEMU_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv);

int qemu_plugin_version = 1;

enum { BUCKETS = 1024 };

static function_t *s_functions[BUCKETS];
static const core_t *s_core;
static const char *s_begin;
static const char *s_end;
static const char *s_skip;
static FILE *s_out;
static const instruction_t *s_last;
static uint64_t s_part;
static uint64_t s_parts;

static function_t *function_of(const char *name)
{
    uint32_t hash = 2166136261u;
    for (const char *at = name; *at != 0; at++) {
        hash = (hash ^ (uint8_t)*at) * 16777619u;
    }
    function_t **bucket = &s_functions[hash % BUCKETS];
    for (function_t *f = *bucket; f != NULL; f = f->next) {
        if (strcmp(f->name, name) == 0) {
            return f;
        }
    }
    function_t *made = calloc(1, sizeof *made);
    made->name = strdup(name);
    made->skipped = s_skip != NULL && strncmp(name, s_skip, strlen(s_skip)) == 0;
    made->next = *bucket;
    *bucket = made;
    return made;
}

// Writes what the present part has gathered and begins another one.
static void turn(uint64_t part)
{
    for (size_t i = 0; i < BUCKETS; i++) {
        for (function_t *f = s_functions[i]; f != NULL; f = f->next) {
            if (f->instructions != 0) {
                fprintf(s_out, "part %" PRIu64 " %s %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", s_part, f->name, f->instructions, f->cycles, f->bytes);
                f->instructions = f->cycles = f->bytes = 0;
            }
        }
    }
    s_part = part;
}

static uint64_t cycles_of(const instruction_t *now)
{
    uint64_t cycles = now->cost.cycles;
    const instruction_t *last = s_last;
    if (last == NULL) {
        return cycles;
    }
    if (last->address + last->size != now->address) {
        return cycles + s_core->taken;
    }
    if (s_core->pipelined && now->cost.load && (last->cost.load || last->cost.store)) {
        cycles--;
    }
    if ((now->cost.vector_memory && last->cost.vector_math) || (now->cost.vector_math && last->cost.vector_memory)) {
        cycles--;
    }
    return cycles;
}

static void execute(unsigned int core, void *user)
{
    (void)core;
    const instruction_t *now = user;
    if (now->mark == BEGIN) {
        turn(++s_parts);
    } else if (now->mark == END) {
        turn(0);
    } else if (!now->function->skipped) {
        now->function->instructions++;
        now->function->cycles += cycles_of(now);
    }
    s_last = now;
}

static void access_memory(unsigned int core, qemu_plugin_meminfo_t info, uint64_t address, void *user)
{
    (void)core;
    (void)address;
    const instruction_t *now = user;
    if (!now->function->skipped) {
        now->function->bytes += UINT64_C(1) << qemu_plugin_mem_size_shift(info);
    }
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *block)
{
    (void)id;
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(block); i++) {
        struct qemu_plugin_insn *given = qemu_plugin_tb_get_insn(block, i);
        const char *symbol = qemu_plugin_insn_symbol(given);
        const char *name = symbol != NULL && symbol[0] != 0 ? symbol : "?";
        // Kept for good: the emulator may run a translation at any time, and there are few of them.
        instruction_t *made = calloc(1, sizeof *made);
        made->function = function_of(name);
        made->address = qemu_plugin_insn_vaddr(given);
        made->size = (uint32_t)qemu_plugin_insn_size(given);
        made->cost = s_core->cost(qemu_plugin_insn_data(given), made->size);
        made->mark = s_begin != NULL && strcmp(name, s_begin) == 0 ? BEGIN : s_end != NULL && strcmp(name, s_end) == 0 ? END : ORDINARY;
        qemu_plugin_register_vcpu_insn_exec_cb(given, execute, QEMU_PLUGIN_CB_NO_REGS, made);
        qemu_plugin_register_vcpu_mem_cb(given, access_memory, QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_RW, made);
    }
}

static void leave(qemu_plugin_id_t id, void *user)
{
    (void)id;
    (void)user;
    turn(0);
    fprintf(s_out, "core %s %s\n", s_core->name, s_core->source);
    fclose(s_out);
}

// The value of an argument `key=value`, or NULL where it is another one. Kept for good.
static const char *value_of(const char *argument, const char *key)
{
    const size_t length = strlen(key);
    return strncmp(argument, key, length) == 0 && argument[length] == '=' ? strdup(argument + length + 1) : NULL;
}

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
    (void)info;
    const char *out = NULL;
    for (int i = 0; i < argc; i++) {
        const char *value;
        if ((value = value_of(argv[i], "core")) != NULL) {
            s_core = core_find(value);
        } else if ((value = value_of(argv[i], "out")) != NULL) {
            out = value;
        } else if ((value = value_of(argv[i], "begin")) != NULL) {
            s_begin = value;
        } else if ((value = value_of(argv[i], "end")) != NULL) {
            s_end = value;
        } else if ((value = value_of(argv[i], "skip")) != NULL) {
            s_skip = value;
        } else {
            fprintf(stderr, "tn_profile: '%s' is not an argument; there are core, out, begin, end, skip\n", argv[i]);
            return 1;
        }
    }
    if (s_core == NULL || out == NULL || (s_out = fopen(out, "w")) == NULL) {
        fprintf(stderr, "tn_profile: core=cortex-m4|cortex-m7|cortex-m55|rv32imc and out=FILE (writable) are needed\n");
        return 1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
    qemu_plugin_register_atexit_cb(id, leave, NULL);
    return 0;
}
