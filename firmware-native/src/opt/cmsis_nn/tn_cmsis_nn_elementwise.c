// ADD and MUL by CMSIS-NN. Its kernels may work in place.

#include "tn_cmsis_nn.h"

void tn_add_s8_cmsis_nn(const tn_arith_args_t *a)
{
    uint32_t refused = tn_vendor_add_traits(a) & tn_vendor_rows[TN_ROW_ADD_S8];
    if (refused == 0) {
        refused = tn_cmsis_nn_answer(arm_elementwise_add_s8(a->a, a->b, -a->a_zero, a->a_mult, a->a_shift, -a->b_zero, a->b_mult,
                                                            a->b_shift, a->left_shift, a->y, a->y_zero, a->y_mult, a->y_shift,
                                                            a->lo, a->hi, a->count));
    }
    if (!tn_vendor_done(TN_ROW_ADD_S8, refused)) {
        tn_add_s8_ref(a);
    }
}

void tn_mul_s8_cmsis_nn(const tn_mul_args_t *a)
{
    uint32_t refused = tn_vendor_mul_traits(a) & tn_vendor_rows[TN_ROW_MUL_S8];
    if (refused == 0) {
        refused = tn_cmsis_nn_answer(arm_elementwise_mul_s8(a->a, a->b, -a->a_zero, -a->b_zero, a->y, a->y_zero, a->y_mult,
                                                            a->y_shift, a->lo, a->hi, a->count));
    }
    if (!tn_vendor_done(TN_ROW_MUL_S8, refused)) {
        tn_mul_s8_ref(a);
    }
}

#if TN_INT16
void tn_add_s16_cmsis_nn(const tn_arith_args_t *a)
{
    uint32_t refused = tn_vendor_add_traits(a) & tn_vendor_rows[TN_ROW_ADD_S16];
    if (refused == 0) {
        refused = tn_cmsis_nn_answer(arm_elementwise_add_s16(a->a, a->b, 0, a->a_mult, a->a_shift, 0, a->b_mult, a->b_shift,
                                                             a->left_shift, a->y, 0, a->y_mult, a->y_shift, a->lo, a->hi, a->count));
    }
    if (!tn_vendor_done(TN_ROW_ADD_S16, refused)) {
        tn_add_s16_ref(a);
    }
}

void tn_mul_s16_cmsis_nn(const tn_mul_args_t *a)
{
    uint32_t refused = tn_vendor_mul_traits(a) & tn_vendor_rows[TN_ROW_MUL_S16];
    if (refused == 0) {
        refused = tn_cmsis_nn_answer(arm_elementwise_mul_s16(a->a, a->b, 0, 0, a->y, 0, a->y_mult, a->y_shift, a->lo, a->hi, a->count));
    }
    if (!tn_vendor_done(TN_ROW_MUL_S16, refused)) {
        tn_mul_s16_ref(a);
    }
}
#endif
