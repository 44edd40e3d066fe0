// What native methods call: arguments, arrays, results.

#include <stdio.h>
#include <stdlib.h>

#include "nanoCLR_Runtime.h"

static CLR_RT_HeapBlock &push(CLR_RT_StackFrame &stack)
{
    stack.results++;
    stack.result = CLR_RT_HeapBlock();
    return stack.result;
}

CLR_RT_HeapBlock &CLR_RT_StackFrame::ArgN(int32_t index) const
{
    if (index < 0 || index >= argument_count) {
        printf("argument %d of %d was asked for\n", static_cast<int>(index), argument_count);
        abort();
    }
    return arguments[index];
}

void CLR_RT_StackFrame::SetResult_I4(int32_t value)
{
    push(*this).numeric.s4 = value;
}

void CLR_RT_StackFrame::SetResult_Object(CLR_RT_HeapBlock *value)
{
    CLR_RT_HeapBlock &top = push(*this);
    top.is_object = true;
    top.object = value == NULL ? 0 : value->object;
}

HRESULT CLR_RT_StackFrame::SetResult_String(const char *text)
{
    const clr_object_t string = clr_new_string(text == NULL ? "" : text);
    if (string == 0) {
        return CLR_E_OUT_OF_MEMORY;
    }
    CLR_RT_HeapBlock &top = push(*this);
    top.is_object = true;
    top.object = string;
    return S_OK;
}

// The CLR checks the size of the elements, not their type.
template <class T> static HRESULT marshal(const CLR_RT_StackFrame &stack, unsigned int index, CLR_RT_TypedArray<T> &array)
{
    const CLR_RT_HeapBlock &argument = stack.ArgN(static_cast<int32_t>(index));
    if (!argument.is_object) {
        return CLR_E_WRONG_TYPE;
    }
    if (argument.object == 0) {
        return CLR_E_NULL_REFERENCE;
    }
    if (clr_element_size(argument.object) != sizeof(T)) {
        return CLR_E_WRONG_TYPE;
    }
    array.m_pData = static_cast<T *>(clr_address(argument.object));
    array.m_ElemCount = clr_count(argument.object);
    return S_OK;
}

HRESULT Interop_Marshal_UINT8_ARRAY(const CLR_RT_StackFrame &stack, unsigned int index, CLR_RT_TypedArray_UINT8 &array)
{
    return marshal(stack, index, array);
}

HRESULT Interop_Marshal_INT8_ARRAY(const CLR_RT_StackFrame &stack, unsigned int index, CLR_RT_TypedArray_INT8 &array)
{
    return marshal(stack, index, array);
}

HRESULT Interop_Marshal_INT32_ARRAY(const CLR_RT_StackFrame &stack, unsigned int index, CLR_RT_TypedArray_INT32 &array)
{
    return marshal(stack, index, array);
}

HRESULT Interop_Marshal_float_ARRAY(const CLR_RT_StackFrame &stack, unsigned int index, CLR_RT_TypedArray_float &array)
{
    return marshal(stack, index, array);
}
