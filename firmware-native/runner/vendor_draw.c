// The layers of vendor_check: shapes, parameters and contents from one seed.

#include <string.h>

#include "vendor_draw.h"

static uint64_t s_state;

void vendor_draw_from(uint32_t seed)
{
    s_state = seed;
}

static uint32_t draw(void)
{
    s_state = s_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(s_state >> 33) ^ (uint32_t)(s_state >> 21);
}

int32_t vendor_between(int32_t lo, int32_t hi)
{
    return lo + (int32_t)(draw() % (uint32_t)(hi - lo + 1));
}

bool vendor_chance(uint32_t percent)
{
    return draw() % 100u < percent;
}

_Alignas(16) uint8_t vendor_x[VENDOR_DATA * 2], vendor_x2[VENDOR_DATA * 2];
static _Alignas(16) uint8_t s_w[VENDOR_DATA * 2];
static _Alignas(16) int64_t s_bias64[VENDOR_CHANNELS];
static _Alignas(16) int32_t s_bias32[VENDOR_CHANNELS];
_Alignas(16) int32_t vendor_mult[VENDOR_CHANNELS];
static int8_t s_shift[VENDOR_CHANNELS];

void vendor_draw_bytes(uint8_t *data, size_t bytes)
{
    const bool extreme = vendor_chance(5);
    for (size_t i = 0; i < bytes; i++) {
        data[i] = (uint8_t)(extreme ? (vendor_chance(50) ? 0x80u : 0x7Fu) : draw());
    }
}

static void draw_scales(int32_t channels, int32_t shift_lo, int32_t shift_hi)
{
    for (int32_t i = 0; i < channels; i++) {
        vendor_mult[i] = (int32_t)((UINT32_C(1) << 30) + draw() % (UINT32_C(1) << 30));
        s_shift[i] = (int8_t)vendor_between(shift_lo, shift_hi);
        s_bias32[i] = (int32_t)draw() >> 14;
        s_bias64[i] = (int64_t)(int32_t)draw() >> 10;
    }
}

void vendor_draw_axis(int32_t *in, int32_t *out, int32_t *filter, int32_t *stride, int32_t *dilation, int32_t *pad, int32_t largest)
{
    *filter = vendor_chance(30) ? 3 : vendor_between(1, 5);
    *stride = vendor_chance(50) ? 1 : vendor_between(1, 3);
    *dilation = vendor_chance(85) ? 1 : vendor_between(2, 3);
    *in = vendor_chance(15) ? 1 : vendor_between(1, largest);
    *pad = vendor_chance(40) ? 0 : vendor_between(0, (*filter - 1) * *dilation);
    const int32_t reach = (*filter - 1) * *dilation + 1;
    const int32_t after = vendor_chance(40) ? 0 : vendor_between(0, *filter - 1);
    const int32_t room = *in + *pad + after - reach;
    *out = room < 0 ? 1 : room / *stride + 1;
    if (vendor_chance(4)) {
        *out = vendor_between(1, largest);  // what no compiler says, but a blob may
    }
    if (vendor_chance(3)) {
        *pad = vendor_between(0, 9);
    }
}

bool vendor_draw_conv(tn_conv2d_args_t *a, bool depthwise)
{
    memset(a, 0, sizeof *a);
    vendor_draw_axis(&a->in_h, &a->out_h, &a->filter_h, &a->stride_h, &a->dilation_h, &a->pad_top, 10);
    vendor_draw_axis(&a->in_w, &a->out_w, &a->filter_w, &a->stride_w, &a->dilation_w, &a->pad_left, 14);
    if (vendor_chance(20)) {
        a->in_h = a->out_h = a->filter_h = a->stride_h = a->dilation_h = 1;
        a->pad_top = 0;
    }
    if (vendor_chance(15)) {
        a->filter_h = a->filter_w = 1;
    }
    a->batches = vendor_chance(85) ? 1 : 2;
    a->groups = 1;
    if (depthwise) {
        a->in_c = vendor_chance(85) ? vendor_between(1, 36) : vendor_between(100, 280);
        const int32_t multiplier = vendor_chance(75) ? 1 : vendor_between(2, 8);
        a->out_c = a->in_c * multiplier;
        a->filter_c = a->out_c;
        a->groups = a->in_c;
    } else {
        if (vendor_chance(15)) {
            a->groups = vendor_between(2, 4);
        }
        a->filter_c = vendor_chance(80) ? vendor_between(1, 20) : vendor_between(1, 90);
        a->in_c = a->filter_c * a->groups;
        a->out_c = vendor_between(1, 24) * a->groups;
    }
    const int32_t w = depthwise ? a->filter_h * a->filter_w * a->out_c : a->out_c * a->filter_h * a->filter_w * a->filter_c;
    const int32_t x = a->batches * a->in_h * a->in_w * a->in_c;
    const int32_t y = a->batches * a->out_h * a->out_w * a->out_c;
    if (x > VENDOR_DATA || y > VENDOR_DATA || w > VENDOR_DATA || a->out_c > VENDOR_CHANNELS || (int64_t)y * a->filter_h * a->filter_w * a->filter_c > 400000) {
        return depthwise && x <= VENDOR_DATA && y <= VENDOR_DATA && w <= VENDOR_DATA && a->out_c <= VENDOR_CHANNELS;
    }
    return true;
}

void vendor_fill_conv(tn_conv2d_args_t *a, bool s16)
{
    const int32_t lo = s16 ? INT16_MIN : INT8_MIN, hi = s16 ? INT16_MAX : INT8_MAX;
    vendor_draw_bytes(vendor_x, sizeof vendor_x);
    vendor_draw_bytes(s_w, sizeof s_w);
    draw_scales(VENDOR_CHANNELS, s16 ? -14 : -12, s16 ? (vendor_chance(90) ? -4 : 0) : 1);
    a->x = vendor_x;
    a->w = (const int8_t *)s_w;
    a->mult = vendor_mult;
    a->shift = s_shift;
    a->channel_mask = vendor_chance(70) ? -1 : 0;
    a->bias_s64 = s16 && vendor_chance(85);
    a->bias = vendor_chance(15) ? NULL : a->bias_s64 ? (const void *)s_bias64 : (const void *)s_bias32;
    a->bias_s64 = a->bias_s64 && a->bias != NULL;
    if (!s16 || vendor_chance(5)) {
        a->x_zero = vendor_between(-128, 127);
        a->y_zero = vendor_between(-128, 127);
    }
    a->lo = vendor_chance(70) ? lo : vendor_between(lo, -1);
    a->hi = vendor_chance(70) ? hi : vendor_between(0, hi);
}
