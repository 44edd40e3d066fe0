// Calls of TinyNano.Native by their index in the method table, as the CLR makes them.
#ifndef NF_INTEROP_CALLS_H
#define NF_INTEROP_CALLS_H

#include <string.h>

#include "TinyNano_Native.h"
#include "clr_threads.h"

// In the order of NativeMethods.cs; a contract test compares.
enum native_method {
    ABI,
    ARENA_BYTES,
    STAGE,
    OPEN_STAGED,
    OPEN_SLOT,
    CLOSE,
    FAULT_STEP,
    FAULT_TENSOR,
    COUNT,
    DESCRIBE,
    TEXT,
    WRITE_INPUT,
    WRITE_INPUT_BYTES,
    QUANTIZE_INPUT,
    READ_OUTPUT,
    READ_OUTPUT_BYTES,
    DEQUANTIZE_OUTPUT,
    STEP,
    RUN,
    RUN_MICROSECONDS,
    RESET,
    FILL_GOLDEN,
    CHECK_GOLDEN,
    SLOT_BYTES,
    SLOT_ACTIVE,
    SLOT_LENGTH,
    SLOT_ERASE,
    SLOT_WRITE,
    SLOT_READ,
    SLOT_CONFIRM,
    INPUT_FEATURES,
    REFERENCE,
    UPDATE_BOOT,
    UPDATE_OFFER,
    UPDATE_BEGIN,
    UPDATE_MISSING,
    UPDATE_STORE,
    UPDATE_COPY,
    UPDATE_PATCH,
    UPDATE_FINISH,
    UPDATE_ACTIVATE,
    UPDATE_CONFIRM,
    UPDATE_REFUSE,
    UPDATE_REVERT,
    UPDATE_STATUS,
    NATIVE_METHODS
};

// One call on a managed thread of its own.
struct native_call {
    explicit native_call(native_method method)
    {
        memset(static_cast<void *>(&thread), 0, sizeof thread);
        thread.body = end;
        clr_begin(&thread, g_CLR_AssemblyNative_TinyNano_Native, method);
    }

    native_call &number(int32_t value)
    {
        clr_pass_number(&thread, value);
        return *this;
    }

    native_call &array(clr_object_t object)
    {
        clr_pass_object(&thread, object);
        return *this;
    }

    HRESULT run()
    {
        clr_thread *const threads[] = {&thread};
        clr_run(threads, 1);
        return thread.call.hr;
    }

    // The number that the method returns.
    int32_t value()
    {
        return run() == S_OK ? thread.call.frame.result.numeric.s4 : INT32_MIN;
    }

    static bool end(clr_thread *, void *)
    {
        return false;
    }

    clr_thread thread;
};

#endif
