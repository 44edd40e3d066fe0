#include "tn_mve_op.h"

void tn_mve_clamp(int8_t *y, int32_t count, int32_t lo, int32_t hi)
{
    if (lo <= INT8_MIN && hi >= INT8_MAX) {
        return;
    }
    const int8x16_t least = vdupq_n_s8((int8_t)lo);
    const int8x16_t most = vdupq_n_s8((int8_t)hi);
    for (; count > 0; count -= 16, y += 16) {
        const mve_pred16_t here = vctp8q((uint32_t)count);
        vstrbq_p_s8(y, vminq_s8(vmaxq_s8(vldrbq_z_s8(y, here), least), most), here);
    }
}
