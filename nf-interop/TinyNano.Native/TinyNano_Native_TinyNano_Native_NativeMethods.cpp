// Calls from managed code: takes the arguments off the stack, calls the function of tn_device.h that has the method's name, and
// gives back its result.
//
// Statuses travel as numbers. An exception comes from the CLR alone: NullReferenceException for an array that is null, and
// OutOfMemoryException where a string does not fit. The addresses of arrays are used within one call only, and nothing managed is
// allocated before they have been used: a garbage collection may move every array.

#include "TinyNano_Native.h"
#include "tn_device_port.h"

typedef Library_TinyNano_Native_TinyNano_Native_NativeMethods NativeMethods;

static int32_t integer(CLR_RT_StackFrame &stack, int32_t argument)
{
    return stack.ArgN(argument).NumericByRef().s4;
}

static HRESULT result(CLR_RT_StackFrame &stack, int32_t value)
{
    stack.SetResult_I4(value);
    return S_OK;
}

// A call with the arguments (a, b, array, start, count).
template <typename Array, typename Element>
static HRESULT pass_array(CLR_RT_StackFrame &stack, HRESULT (*marshal)(const CLR_RT_StackFrame &, unsigned int, Array &),
                          int32_t (*function)(tn_device_t *, int32_t, int32_t, Element *, int32_t, int32_t, int32_t))
{
    Array array;
    const HRESULT hr = marshal(stack, 2, array);
    if (FAILED(hr)) {
        return hr;
    }
    return result(stack, function(tn_port_device(), integer(stack, 0), integer(stack, 1), array.GetBuffer(), (int32_t)array.GetSize(),
                                  integer(stack, 3), integer(stack, 4)));
}

// The same with arguments of one number before the array.
template <typename Element>
static HRESULT pass_bytes(CLR_RT_StackFrame &stack, int32_t (*function)(tn_device_t *, int32_t, Element *, int32_t, int32_t, int32_t))
{
    CLR_RT_TypedArray_UINT8 array;
    const HRESULT hr = Interop_Marshal_UINT8_ARRAY(stack, 1, array);
    if (FAILED(hr)) {
        return hr;
    }
    return result(stack, function(tn_port_device(), integer(stack, 0), array.GetBuffer(), (int32_t)array.GetSize(), integer(stack, 2),
                                  integer(stack, 3)));
}

// What is done in steps, one for each entry: a status, or 1 when all are done and 0 before. Other managed threads run between entries.
static HRESULT step(CLR_RT_StackFrame &stack, int32_t status)
{
    if (status == 0) {
        return CLR_E_RESCHEDULE;
    }
    return result(stack, status > 0 ? 0 : status);
}

/// The device ///

HRESULT NativeMethods::Abi___STATIC__I4(CLR_RT_StackFrame &stack)
{
    return result(stack, tn_device_abi(tn_port_device()));
}

HRESULT NativeMethods::ArenaBytes___STATIC__I4(CLR_RT_StackFrame &stack)
{
    return result(stack, tn_device_arena_bytes(tn_port_device()));
}

/// Opening ///

HRESULT NativeMethods::Stage___STATIC__I4__I4__I4__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack)
{
    return pass_array(stack, Interop_Marshal_UINT8_ARRAY, tn_device_stage);
}

HRESULT NativeMethods::OpenStaged___STATIC__I4(CLR_RT_StackFrame &stack)
{
    return result(stack, tn_device_open_staged(tn_port_device()));
}

HRESULT NativeMethods::OpenSlot___STATIC__I4__I4(CLR_RT_StackFrame &stack)
{
    return result(stack, tn_device_open_slot(tn_port_device(), integer(stack, 0)));
}

HRESULT NativeMethods::Close___STATIC__I4__I4(CLR_RT_StackFrame &stack)
{
    return result(stack, tn_device_close(tn_port_device(), integer(stack, 0)));
}

HRESULT NativeMethods::FaultStep___STATIC__I4(CLR_RT_StackFrame &stack)
{
    return result(stack, tn_device_fault_step(tn_port_device()));
}

HRESULT NativeMethods::FaultTensor___STATIC__I4(CLR_RT_StackFrame &stack)
{
    return result(stack, tn_device_fault_tensor(tn_port_device()));
}

/// What a model is ///

HRESULT NativeMethods::Count___STATIC__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    return result(stack, tn_device_count(tn_port_device(), integer(stack, 0), integer(stack, 1)));
}

HRESULT NativeMethods::Describe___STATIC__I4__I4__I4__I4__SZARRAY_I4(CLR_RT_StackFrame &stack)
{
    CLR_RT_TypedArray_INT32 fields;
    const HRESULT hr = Interop_Marshal_INT32_ARRAY(stack, 3, fields);
    if (FAILED(hr)) {
        return hr;
    }
    return result(stack, tn_device_describe(tn_port_device(), integer(stack, 0), integer(stack, 1), integer(stack, 2),
                                            (int32_t *)fields.GetBuffer(), (int32_t)fields.GetSize()));
}

HRESULT NativeMethods::Text___STATIC__STRING__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    // The text lies in the blob, not in the managed heap: making a string of it may collect garbage.
    const char *text = tn_device_text(tn_port_device(), integer(stack, 0), integer(stack, 1), integer(stack, 2));
    if (text != NULL) {
        return stack.SetResult_String(text);
    }
    // SetResult_String would make an empty string of NULL.
    stack.SetResult_Object(NULL);
    return S_OK;
}

/// Inputs and outputs ///

HRESULT NativeMethods::WriteInput___STATIC__I4__I4__I4__SZARRAY_I1__I4__I4(CLR_RT_StackFrame &stack)
{
    return pass_array(stack, Interop_Marshal_INT8_ARRAY, tn_device_write_input);
}

HRESULT NativeMethods::WriteInputBytes___STATIC__I4__I4__I4__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack)
{
    return pass_array(stack, Interop_Marshal_UINT8_ARRAY, tn_device_write_input_bytes);
}

HRESULT NativeMethods::QuantizeInput___STATIC__I4__I4__I4__SZARRAY_R4__I4__I4(CLR_RT_StackFrame &stack)
{
    return pass_array(stack, Interop_Marshal_float_ARRAY, tn_device_quantize_input);
}

HRESULT NativeMethods::ReadOutput___STATIC__I4__I4__I4__SZARRAY_I1__I4__I4(CLR_RT_StackFrame &stack)
{
    return pass_array(stack, Interop_Marshal_INT8_ARRAY, tn_device_read_output);
}

HRESULT NativeMethods::ReadOutputBytes___STATIC__I4__I4__I4__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack)
{
    return pass_array(stack, Interop_Marshal_UINT8_ARRAY, tn_device_read_output_bytes);
}

HRESULT NativeMethods::DequantizeOutput___STATIC__I4__I4__I4__SZARRAY_R4__I4__I4(CLR_RT_StackFrame &stack)
{
    return pass_array(stack, Interop_Marshal_float_ARRAY, tn_device_dequantize_output);
}

/// Running ///

HRESULT NativeMethods::Step___STATIC__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    return result(stack, tn_device_step(tn_port_device(), integer(stack, 0), integer(stack, 1)));
}

HRESULT NativeMethods::Run___STATIC__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    // The CLR enters again with the same arguments; where the run stands is kept in the model.
    return step(stack, tn_device_step(tn_port_device(), integer(stack, 0), integer(stack, 1)));
}

HRESULT NativeMethods::RunMicroseconds___STATIC__I4__I4(CLR_RT_StackFrame &stack)
{
    return result(stack, tn_device_run_microseconds(tn_port_device(), integer(stack, 0)));
}

HRESULT NativeMethods::Reset___STATIC__I4__I4(CLR_RT_StackFrame &stack)
{
    return result(stack, tn_device_reset(tn_port_device(), integer(stack, 0)));
}

HRESULT NativeMethods::FillGolden___STATIC__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    return result(stack, tn_device_fill_golden(tn_port_device(), integer(stack, 0), integer(stack, 1)));
}

HRESULT NativeMethods::CheckGolden___STATIC__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    return result(stack, tn_device_check_golden(tn_port_device(), integer(stack, 0), integer(stack, 1)));
}

/// Slots ///

HRESULT NativeMethods::SlotBytes___STATIC__I4(CLR_RT_StackFrame &stack)
{
    return result(stack, tn_device_slot_bytes(tn_port_device()));
}

HRESULT NativeMethods::SlotActive___STATIC__I4(CLR_RT_StackFrame &stack)
{
    return result(stack, tn_device_slot_active(tn_port_device()));
}

HRESULT NativeMethods::SlotLength___STATIC__I4__I4(CLR_RT_StackFrame &stack)
{
    return result(stack, tn_device_slot_length(tn_port_device(), integer(stack, 0)));
}

HRESULT NativeMethods::SlotErase___STATIC__I4__I4(CLR_RT_StackFrame &stack)
{
    // The CLR clears m_customState before the first entry and keeps it between entries.
    const int32_t sector = (int32_t)stack.m_customState++;
    return step(stack, tn_device_slot_erase_step(tn_port_device(), integer(stack, 0), sector));
}

HRESULT NativeMethods::SlotWrite___STATIC__I4__I4__I4__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack)
{
    return pass_array(stack, Interop_Marshal_UINT8_ARRAY, tn_device_slot_write);
}

HRESULT NativeMethods::SlotRead___STATIC__I4__I4__I4__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack)
{
    return pass_array(stack, Interop_Marshal_UINT8_ARRAY, tn_device_slot_read);
}

HRESULT NativeMethods::SlotConfirm___STATIC__I4__I4(CLR_RT_StackFrame &stack)
{
    return result(stack, tn_device_slot_confirm(tn_port_device(), integer(stack, 0)));
}

/// Watching inputs ///

HRESULT NativeMethods::InputFeatures___STATIC__I4__I4__I4__SZARRAY_I4(CLR_RT_StackFrame &stack)
{
    CLR_RT_TypedArray_INT32 features;
    const HRESULT hr = Interop_Marshal_INT32_ARRAY(stack, 2, features);
    if (FAILED(hr)) {
        return hr;
    }
    return result(stack, tn_device_input_features(tn_port_device(), integer(stack, 0), integer(stack, 1),
                                                  (int32_t *)features.GetBuffer(), (int32_t)features.GetSize()));
}

HRESULT NativeMethods::Reference___STATIC__I4__I4__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack)
{
    return pass_bytes(stack, tn_device_reference);
}

/// Updates ///

HRESULT NativeMethods::UpdateBoot___STATIC__I4(CLR_RT_StackFrame &stack)
{
    return result(stack, tn_device_update_boot(tn_port_device()));
}

HRESULT NativeMethods::UpdateOffer___STATIC__I4__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack)
{
    CLR_RT_TypedArray_UINT8 manifest;
    const HRESULT hr = Interop_Marshal_UINT8_ARRAY(stack, 0, manifest);
    if (FAILED(hr)) {
        return hr;
    }
    return result(stack, tn_device_update_offer(tn_port_device(), manifest.GetBuffer(), (int32_t)manifest.GetSize(), integer(stack, 1),
                                                integer(stack, 2)));
}

HRESULT NativeMethods::UpdateBegin___STATIC__I4(CLR_RT_StackFrame &stack)
{
    return step(stack, tn_device_update_begin_step(tn_port_device()));
}

HRESULT NativeMethods::UpdateMissing___STATIC__I4__I4(CLR_RT_StackFrame &stack)
{
    return result(stack, tn_device_update_missing(tn_port_device(), integer(stack, 0)));
}

HRESULT NativeMethods::UpdateStore___STATIC__I4__I4__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack)
{
    return pass_bytes(stack, tn_device_update_store);
}

HRESULT NativeMethods::UpdateCopy___STATIC__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    return result(stack, tn_device_update_copy(tn_port_device(), integer(stack, 0), integer(stack, 1)));
}

HRESULT NativeMethods::UpdatePatch___STATIC__I4__I4__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack)
{
    return pass_bytes(stack, tn_device_update_patch);
}

HRESULT NativeMethods::UpdateFinish___STATIC__I4(CLR_RT_StackFrame &stack)
{
    return step(stack, tn_device_update_finish_step(tn_port_device()));
}

HRESULT NativeMethods::UpdateActivate___STATIC__I4(CLR_RT_StackFrame &stack)
{
    return step(stack, tn_device_update_activate_step(tn_port_device()));
}

HRESULT NativeMethods::UpdateConfirm___STATIC__I4(CLR_RT_StackFrame &stack)
{
    return result(stack, tn_device_update_confirm(tn_port_device()));
}

HRESULT NativeMethods::UpdateRefuse___STATIC__I4__I4(CLR_RT_StackFrame &stack)
{
    return result(stack, tn_device_update_refuse(tn_port_device(), integer(stack, 0)));
}

HRESULT NativeMethods::UpdateRevert___STATIC__I4__I4(CLR_RT_StackFrame &stack)
{
    return result(stack, tn_device_update_revert(tn_port_device(), integer(stack, 0)));
}

HRESULT NativeMethods::UpdateStatus___STATIC__I4__SZARRAY_I4(CLR_RT_StackFrame &stack)
{
    CLR_RT_TypedArray_INT32 fields;
    const HRESULT hr = Interop_Marshal_INT32_ARRAY(stack, 0, fields);
    if (FAILED(hr)) {
        return hr;
    }
    return result(stack, tn_device_update_status(tn_port_device(), (int32_t *)fields.GetBuffer(), (int32_t)fields.GetSize()));
}
