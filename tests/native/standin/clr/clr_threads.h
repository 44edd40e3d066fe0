// The scheduler of the stand-in. As in the CLR, managed threads take turns on one task: a native method keeps the others waiting until
// it returns, and one that returns CLR_E_RESCHEDULE is entered again when its thread's turn comes. Objects move between entries.
#ifndef CLR_THREADS_H
#define CLR_THREADS_H

#include "nanoCLR_Runtime.h"

struct clr_thread;

// What a managed thread does when it has a turn and no native call under way: makes the next call (clr_begin), sleeps (clr_sleep_until),
// or returns false to end. `thread->call` holds the result of the last call.
typedef bool (*clr_body_t)(clr_thread *thread, void *user);

struct clr_call {
    CLR_RT_MethodHandler method;
    CLR_RT_StackFrame frame;
    HRESULT hr;
    uint32_t entries;
};

struct clr_thread {
    clr_body_t body;
    void *user;
    clr_call call;
    bool calling;
    bool ended;
    uint64_t wakes_at;
};

// Microseconds of processor time that this program has used, times clr_slowdown, and that its threads have slept together: what other
// programs of the machine do does not show in it.
uint64_t clr_now(void);

// How many times slower than this machine the device is. 1 unless set.
extern uint32_t clr_slowdown;

// Begins a call of method `index` of an assembly. Arguments follow by clr_pass_*.
void clr_begin(clr_thread *thread, const CLR_RT_NativeAssemblyData &assembly, int index);
void clr_pass_number(clr_thread *thread, int32_t value);
void clr_pass_object(clr_thread *thread, clr_object_t object);

void clr_sleep_until(clr_thread *thread, uint64_t microseconds);

// Runs threads until all of them have ended.
void clr_run(clr_thread *const *threads, int count);

// What clr_run has seen: entries of native methods, and how long the longest one took.
extern uint64_t clr_entries;
extern uint64_t clr_longest_entry;

// The clock of tn_port.h is clr_now: see clr_port.cpp.

#endif
