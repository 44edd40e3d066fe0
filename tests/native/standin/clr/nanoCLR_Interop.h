// A stand-in for the header of nanoFramework's CLR: the names that nf-interop uses, with the same meaning, and nothing else.
#ifndef NANOCLR_INTEROP_H
#define NANOCLR_INTEROP_H

#include <stddef.h>
#include <stdint.h>

typedef int HRESULT;

#define FAILED(status) ((HRESULT)(status) < 0)
#define S_OK ((HRESULT)0)
#define CLR_E_NULL_REFERENCE ((HRESULT)0xA1000000u)
#define CLR_E_WRONG_TYPE ((HRESULT)0xA2000000u)
#define CLR_E_RESCHEDULE ((HRESULT)0xF8000000u)
#define CLR_E_OUT_OF_MEMORY ((HRESULT)0xFA000000u)

struct CLR_RT_StackFrame;

typedef HRESULT (*CLR_RT_MethodHandler)(CLR_RT_StackFrame &stack);

#define NANOCLR_NATIVE_DECLARE(method) static HRESULT method(CLR_RT_StackFrame &stack)

struct CLR_RECORD_VERSION {
    uint16_t iMajorVersion;
    uint16_t iMinorVersion;
    uint16_t iBuildNumber;
    uint16_t iRevisionNumber;
};

struct CLR_RT_NativeAssemblyData {
    const char *m_szAssemblyName;
    unsigned int m_checkSum;
    const void *m_pNativeMethods;
    CLR_RECORD_VERSION m_Version;
};

// A managed array while one native call lasts.
template <class T> class CLR_RT_TypedArray
{
public:
    T *GetBuffer()
    {
        return m_pData;
    }

    unsigned int GetSize()
    {
        return m_ElemCount;
    }

    T *m_pData;
    unsigned int m_ElemCount;
};

typedef CLR_RT_TypedArray<unsigned char> CLR_RT_TypedArray_UINT8;
typedef CLR_RT_TypedArray<signed char> CLR_RT_TypedArray_INT8;
typedef CLR_RT_TypedArray<signed int> CLR_RT_TypedArray_INT32;
typedef CLR_RT_TypedArray<float> CLR_RT_TypedArray_float;

HRESULT Interop_Marshal_UINT8_ARRAY(const CLR_RT_StackFrame &stack, unsigned int index, CLR_RT_TypedArray_UINT8 &array);
HRESULT Interop_Marshal_INT8_ARRAY(const CLR_RT_StackFrame &stack, unsigned int index, CLR_RT_TypedArray_INT8 &array);
HRESULT Interop_Marshal_INT32_ARRAY(const CLR_RT_StackFrame &stack, unsigned int index, CLR_RT_TypedArray_INT32 &array);
HRESULT Interop_Marshal_float_ARRAY(const CLR_RT_StackFrame &stack, unsigned int index, CLR_RT_TypedArray_float &array);

#endif
