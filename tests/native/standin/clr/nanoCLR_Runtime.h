// A stand-in for the header of nanoFramework's CLR: values and stack frames as native methods see them.
#ifndef NANOCLR_RUNTIME_H
#define NANOCLR_RUNTIME_H

#include "clr_heap.h"
#include "nanoCLR_Interop.h"

// A managed value: a number, or a reference to an object of the heap.
struct CLR_RT_HeapBlock {
    union Numeric {
        int32_t s4;
        uint32_t u4;
    };

    Numeric &NumericByRef()
    {
        return numeric;
    }

    bool is_object;
    Numeric numeric;
    clr_object_t object;
};

enum { CLR_ARGUMENTS = 8 };

struct CLR_RT_StackFrame {
    CLR_RT_HeapBlock &ArgN(int32_t index) const;
    void SetResult_I4(int32_t value);
    void SetResult_Object(CLR_RT_HeapBlock *value);
    HRESULT SetResult_String(const char *text);

    // Cleared before the first entry of a call, kept between its entries.
    uint32_t m_customState;

    mutable CLR_RT_HeapBlock arguments[CLR_ARGUMENTS];
    int argument_count;
    CLR_RT_HeapBlock result;
    int results;  // a method that ends well has set one, any other none
};

#endif
