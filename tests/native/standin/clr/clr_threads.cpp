#include "clr_threads.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

uint64_t clr_entries;
uint64_t clr_longest_entry;

uint32_t clr_slowdown = 1;

static uint64_t slept;

uint64_t clr_now(void)
{
    timespec now;
    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) != 0) {
        printf("there is no clock of processor time\n");
        abort();
    }
    const uint64_t nanoseconds = static_cast<uint64_t>(now.tv_sec) * 1000000000u + static_cast<uint64_t>(now.tv_nsec);
    return slept + nanoseconds * clr_slowdown / 1000u;
}

void clr_begin(clr_thread *thread, const CLR_RT_NativeAssemblyData &assembly, int index)
{
    thread->call = clr_call();
    thread->call.method = static_cast<const CLR_RT_MethodHandler *>(assembly.m_pNativeMethods)[index];
    thread->calling = true;
}

static CLR_RT_HeapBlock &pass(clr_thread *thread)
{
    CLR_RT_StackFrame &frame = thread->call.frame;
    if (frame.argument_count == CLR_ARGUMENTS) {
        printf("a call has at most %d arguments\n", CLR_ARGUMENTS);
        abort();
    }
    return frame.arguments[frame.argument_count++];
}

void clr_pass_number(clr_thread *thread, int32_t value)
{
    pass(thread).numeric.s4 = value;
}

void clr_pass_object(clr_thread *thread, clr_object_t object)
{
    CLR_RT_HeapBlock &argument = pass(thread);
    argument.is_object = true;
    argument.object = object;
}

void clr_sleep_until(clr_thread *thread, uint64_t microseconds)
{
    thread->wakes_at = microseconds;
}

static void enter(clr_call &call)
{
    const uint64_t start = clr_now();
    call.hr = call.method(call.frame);
    const uint64_t took = clr_now() - start;
    clr_longest_entry = took > clr_longest_entry ? took : clr_longest_entry;
    clr_entries++;
    call.entries++;
    // The CLR's stack would grow with every entry, or end a call without a value.
    if (call.frame.results != (FAILED(call.hr) ? 0 : 1)) {
        printf("a method returned %08x and %d results\n", static_cast<unsigned>(call.hr), call.frame.results);
        abort();
    }
    clr_collect();
}

static void turn(clr_thread *thread)
{
    if (!thread->calling) {
        thread->ended = !thread->body(thread, thread->user);
        return;
    }
    enter(thread->call);
    thread->calling = thread->call.hr == CLR_E_RESCHEDULE;
}

void clr_run(clr_thread *const *threads, int count)
{
    for (;;) {
        bool alive = false;
        bool ran = false;
        uint64_t earliest = UINT64_MAX;
        for (int i = 0; i < count; i++) {
            clr_thread *thread = threads[i];
            if (thread->ended) {
                continue;
            }
            alive = true;
            if (thread->wakes_at > clr_now()) {
                earliest = thread->wakes_at < earliest ? thread->wakes_at : earliest;
                continue;
            }
            turn(thread);
            ran = true;
        }
        if (!alive) {
            return;
        }
        const uint64_t now = clr_now();
        if (!ran && earliest > now) {
            slept += earliest - now;
        }
    }
}
