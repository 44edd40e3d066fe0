// How long native methods keep managed threads waiting: `nf_interop_slices BLOB SLICE_MICROSECONDS INFERENCES SLOWDOWN`. One managed
// thread runs the model by Run, another wants a turn every 20 ms, on a device that is SLOWDOWN times slower than this machine. Prints
// one line of numbers; the caller judges them.

#include <stdio.h>
#include <stdlib.h>

#include "nf_interop_calls.h"
#include "tn/tn_device.h"
#include "tn_device_port.h"

enum { TICK = 20000, CHUNK = 4096 };

// A thread that asks for a turn every TICK microseconds, until the other one is done.
struct ticker {
    uint64_t due;
    uint64_t latest;  // how much too late a tick came at most
    uint32_t ticks;
    uint32_t starved; // ticks that came only when the next one was due
    const clr_thread *other;
};

static bool tick(clr_thread *thread, void *user)
{
    ticker *const at = static_cast<ticker *>(user);
    const uint64_t now = clr_now();
    if (now >= at->due) {
        const uint64_t late = now - at->due;
        at->latest = late > at->latest ? late : at->latest;
        at->starved += late >= TICK ? 1u : 0u;
        at->ticks++;
        at->due += TICK;
    }
    clr_sleep_until(thread, at->due);
    return !at->other->ended;
}

// A thread that fills the inputs, runs, and compares the outputs.
struct runner {
    int32_t slice;
    uint32_t left;
    int state;
    uint32_t entries;
    uint64_t began;
    uint64_t took;
};

static void require(bool holds, const char *what)
{
    if (!holds) {
        printf("failed: %s\n", what);
        exit(1);
    }
}

static bool run(clr_thread *thread, void *user)
{
    runner *const at = static_cast<runner *>(user);
    const int32_t result = thread->call.frame.result.numeric.s4;
    if (at->state > 0) {
        require(thread->call.hr == S_OK && result == 0, at->state == 1 ? "FillGolden" : at->state == 2 ? "Run" : "CheckGolden");
    }
    if (at->state == 2) {
        at->entries += thread->call.entries;
    }
    if (at->state == 3) {
        at->left--;
        if (at->left == 0) {
            at->took = clr_now() - at->began;
            return false;
        }
    }
    at->state = at->state == 3 ? 1 : at->state + 1;
    static const native_method methods[] = {ABI, FILL_GOLDEN, RUN, CHECK_GOLDEN};
    clr_begin(thread, g_CLR_AssemblyNative_TinyNano_Native, methods[at->state]);
    clr_pass_number(thread, 0);
    clr_pass_number(thread, at->state == 2 ? at->slice : 0);
    return true;
}

// The longest single step, and what it is compared with: the longest entry beyond its budget.
static uint64_t step_began;
static uint64_t longest_step;

static void on_step(void *user, uint16_t step, uint8_t op, bool before)
{
    (void)user;
    (void)step;
    (void)op;
    if (before) {
        step_began = clr_now();
        return;
    }
    const uint64_t took = clr_now() - step_began;
    longest_step = took > longest_step ? took : longest_step;
}

static void stage(FILE *file, int32_t total)
{
    const clr_object_t chunk = clr_new_array(CHUNK, 1);
    for (int32_t offset = 0; offset < total;) {
        const size_t count = fread(clr_address(chunk), 1, CHUNK, file);
        require(count > 0, "read");
        native_call part(STAGE);
        part.number(total).number(offset).array(chunk).number(0).number(static_cast<int32_t>(count));
        require(part.value() == 0, "Stage");
        offset += static_cast<int32_t>(count);
    }
}

int main(int argc, char **argv)
{
    FILE *file = argc == 5 ? fopen(argv[1], "rb") : NULL;
    if (file == NULL) {
        printf("usage: nf_interop_slices BLOB SLICE_MICROSECONDS INFERENCES SLOWDOWN\n");
        return 2;
    }
    require(fseek(file, 0, SEEK_END) == 0, "seek");
    const int32_t total = static_cast<int32_t>(ftell(file));
    rewind(file);
    stage(file, total);
    fclose(file);
    require(native_call(OPEN_STAGED).value() == 0, "OpenStaged");
    tn_model_set_hook(&tn_port_device()->models[0].model, on_step, NULL);

    clr_thread inference = clr_thread();
    runner running = runner();
    running.slice = static_cast<int32_t>(strtol(argv[2], NULL, 10));
    running.left = static_cast<uint32_t>(strtoul(argv[3], NULL, 10));
    clr_slowdown = static_cast<uint32_t>(strtoul(argv[4], NULL, 10));
    require(running.slice >= 0 && running.left > 0 && clr_slowdown > 0, "arguments");
    inference.body = run;
    inference.user = &running;

    clr_thread other = clr_thread();
    ticker ticking = ticker();
    ticking.other = &inference;
    other.body = tick;
    other.user = &ticking;

    clr_entries = 0;
    clr_longest_entry = 0;
    running.began = clr_now();
    ticking.due = running.began + TICK;
    clr_thread *const threads[] = {&inference, &other};
    clr_run(threads, 2);
    require(clr_stray_writes() == 0, "no address of a managed array is kept");

    printf("slice_us=%d entries=%u longest_entry_us=%llu longest_step_us=%llu elapsed_us=%llu ticks=%u expected_ticks=%llu "
           "starved=%u latest_us=%llu\n",
           static_cast<int>(running.slice), static_cast<unsigned>(running.entries), static_cast<unsigned long long>(clr_longest_entry),
           static_cast<unsigned long long>(longest_step), static_cast<unsigned long long>(running.took),
           static_cast<unsigned>(ticking.ticks), static_cast<unsigned long long>(running.took / TICK),
           static_cast<unsigned>(ticking.starved), static_cast<unsigned long long>(ticking.latest));
    return 0;
}
