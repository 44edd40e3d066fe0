// Compares the kernels of a vendor's library with the references: vendor_check SEED SHAPES
//
// For each kernel the back end stands in for, SHAPES layers drawn from SEED run through both, with canaries around the output. The
// console gets a line for each kernel: layers the library did, layers it was not given, layers that differ; `wrong` lines tell of each.
// Exit 0 when none differs. `vendor_check trace BLOB` runs a blob on zeros and tells of each layer which traits kept it from the library.

#include <stdarg.h>
#include <string.h>

#include "tn/tn.h"
#include "vendor/tn_vendor.h"
#include "vendor_check.h"



enum { CANARY = 64, DATA = 24 * 1024, CHANNELS = 320 };

static uint64_t s_state;
static uint32_t s_refused;
static int s_row;
static int s_library, s_ours, s_wrong;
static uint32_t s_seen;

// Numbers in their own words, for the hosts and the emulators have different printers.
static void say(const char *name, int count, ...)
{
    char line[256];
    size_t at = strlen(name);
    memcpy(line, name, at);
    va_list numbers;
    va_start(numbers, count);
    for (int i = 0; i < count; i++) {
        long value = va_arg(numbers, long);
        char digits[24];
        size_t n = 0;
        unsigned long rest = value < 0 ? 0ul - (unsigned long)value : (unsigned long)value;
        do {
            digits[n++] = (char)('0' + (int)(rest % 10u));
            rest /= 10u;
        } while (rest != 0);
        line[at++] = ' ';
        if (value < 0) {
            line[at++] = '-';
        }
        while (n > 0) {
            line[at++] = digits[--n];
        }
    }
    va_end(numbers);
    line[at++] = '\n';
    line[at] = 0;
    vendor_check_print(line);
}

static uint32_t draw(void)
{
    s_state = s_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(s_state >> 33) ^ (uint32_t)(s_state >> 21);
}

// lo .. hi, both included.
static int32_t between(int32_t lo, int32_t hi)
{
    return lo + (int32_t)(draw() % (uint32_t)(hi - lo + 1));
}

static bool chance(uint32_t percent)
{
    return draw() % 100u < percent;
}

static void watch(int row, uint32_t refused)
{
    s_row = row;
    s_refused = refused;
    s_seen |= refused;
}

// --- data ---

static _Alignas(16) uint8_t s_x[DATA * 2], s_x2[DATA * 2], s_w[DATA * 2];
static _Alignas(16) uint8_t s_y[2][DATA * 2 + 2 * CANARY];
static _Alignas(16) int64_t s_bias64[CHANNELS];
static _Alignas(16) int32_t s_bias32[CHANNELS];
static _Alignas(16) int32_t s_mult[CHANNELS];
static int8_t s_shift[CHANNELS];

static void draw_bytes(uint8_t *data, size_t bytes)
{
    const bool extreme = chance(5);
    for (size_t i = 0; i < bytes; i++) {
        data[i] = (uint8_t)(extreme ? (chance(50) ? 0x80u : 0x7Fu) : draw());
    }
}

static void draw_scales(int32_t channels, int32_t shift_lo, int32_t shift_hi)
{
    for (int32_t i = 0; i < channels; i++) {
        s_mult[i] = (int32_t)((UINT32_C(1) << 30) + draw() % (UINT32_C(1) << 30));
        s_shift[i] = (int8_t)between(shift_lo, shift_hi);
        s_bias32[i] = (int32_t)draw() >> 14;
        s_bias64[i] = (int64_t)(int32_t)draw() >> 10;
    }
}

static void clear_outputs(void)
{
    memset(s_y, 0xA5, sizeof s_y);
}

// Whether library and reference gave the same bytes and nothing around them.
static void compare(const char *name, size_t bytes, int32_t layer)
{
    if (s_refused == 0) {
        s_library++;
    } else {
        s_ours++;
    }
    for (size_t i = 0; i < sizeof s_y[0]; i++) {
        if (s_y[0][i] != s_y[1][i]) {
            s_wrong++;
            if (s_wrong <= 5) {
                say(name, 4, (long)layer, (long)bytes, (long)i - CANARY, (long)s_y[0][i] - (long)s_y[1][i]);
            }
            return;
        }
    }
}

static void done(const char *name)
{
    say(name, 4, (long)s_library, (long)s_ours, (long)s_wrong, (long)s_seen);
}

static void begin(void)
{
    s_library = s_ours = s_wrong = 0;
    s_seen = 0;
}

// --- layers ---

static void draw_axis(int32_t *in, int32_t *out, int32_t *filter, int32_t *stride, int32_t *dilation, int32_t *pad, int32_t largest)
{
    *filter = chance(30) ? 3 : between(1, 5);
    *stride = chance(50) ? 1 : between(1, 3);
    *dilation = chance(85) ? 1 : between(2, 3);
    *in = chance(15) ? 1 : between(1, largest);
    *pad = chance(40) ? 0 : between(0, (*filter - 1) * *dilation);
    const int32_t reach = (*filter - 1) * *dilation + 1;
    const int32_t after = chance(40) ? 0 : between(0, *filter - 1);
    const int32_t room = *in + *pad + after - reach;
    *out = room < 0 ? 1 : room / *stride + 1;
    if (chance(4)) {
        *out = between(1, largest);  // what no compiler says, but a blob may
    }
    if (chance(3)) {
        *pad = between(0, 9);
    }
}

static bool draw_conv(tn_conv2d_args_t *a, bool depthwise)
{
    memset(a, 0, sizeof *a);
    draw_axis(&a->in_h, &a->out_h, &a->filter_h, &a->stride_h, &a->dilation_h, &a->pad_top, 10);
    draw_axis(&a->in_w, &a->out_w, &a->filter_w, &a->stride_w, &a->dilation_w, &a->pad_left, 14);
    if (chance(20)) {
        a->in_h = a->out_h = a->filter_h = a->stride_h = a->dilation_h = 1;
        a->pad_top = 0;
    }
    if (chance(15)) {
        a->filter_h = a->filter_w = 1;
    }
    a->batches = chance(85) ? 1 : 2;
    a->groups = 1;
    if (depthwise) {
        a->in_c = chance(85) ? between(1, 36) : between(100, 280);
        const int32_t multiplier = chance(75) ? 1 : between(2, 8);
        a->out_c = a->in_c * multiplier;
        a->filter_c = a->out_c;
        a->groups = a->in_c;
    } else {
        if (chance(15)) {
            a->groups = between(2, 4);
        }
        a->filter_c = chance(80) ? between(1, 20) : between(1, 90);
        a->in_c = a->filter_c * a->groups;
        a->out_c = between(1, 24) * a->groups;
    }
    const int32_t w = depthwise ? a->filter_h * a->filter_w * a->out_c : a->out_c * a->filter_h * a->filter_w * a->filter_c;
    const int32_t x = a->batches * a->in_h * a->in_w * a->in_c;
    const int32_t y = a->batches * a->out_h * a->out_w * a->out_c;
    if (x > DATA || y > DATA || w > DATA || a->out_c > CHANNELS || (int64_t)y * a->filter_h * a->filter_w * a->filter_c > 400000) {
        return depthwise && x <= DATA && y <= DATA && w <= DATA && a->out_c <= CHANNELS;
    }
    return true;
}

static void fill_conv(tn_conv2d_args_t *a, bool s16)
{
    const int32_t lo = s16 ? INT16_MIN : INT8_MIN, hi = s16 ? INT16_MAX : INT8_MAX;
    draw_bytes(s_x, sizeof s_x);
    draw_bytes(s_w, sizeof s_w);
    draw_scales(CHANNELS, s16 ? -14 : -12, s16 ? (chance(90) ? -4 : 0) : 1);
    a->x = s_x;
    a->w = (const int8_t *)s_w;
    a->mult = s_mult;
    a->shift = s_shift;
    a->channel_mask = chance(70) ? -1 : 0;
    a->bias_s64 = s16 && chance(85);
    a->bias = chance(15) ? NULL : a->bias_s64 ? (const void *)s_bias64 : (const void *)s_bias32;
    a->bias_s64 = a->bias_s64 && a->bias != NULL;
    if (!s16 || chance(5)) {
        a->x_zero = between(-128, 127);
        a->y_zero = between(-128, 127);
    }
    a->lo = chance(70) ? lo : between(lo, -1);
    a->hi = chance(70) ? hi : between(0, hi);
}

typedef void conv_t(const tn_conv2d_args_t *a);

static void check_conv(const char *name, int32_t shapes, bool depthwise, bool s16, conv_t *library, conv_t *reference)
{
    begin();
    if (library == reference) {
        return;  // a kernel that the library has none for
    }
    for (int32_t i = 0; i < shapes; i++) {
        tn_conv2d_args_t a;
        do {
        } while (!draw_conv(&a, depthwise));
        fill_conv(&a, s16);
        clear_outputs();
        a.y = s_y[0] + CANARY;
        library(&a);
        a.y = s_y[1] + CANARY;
        reference(&a);
        compare(name, (size_t)(a.batches * a.out_h * a.out_w * a.out_c) * (s16 ? 2u : 1u), i);
        if (memcmp(s_y[0], s_y[1], sizeof s_y[0]) != 0 && s_wrong <= 5) {
            say("wrong n,h,w,c", 4, (long)a.batches, (long)a.in_h, (long)a.in_w, (long)a.in_c);
            say("wrong filter h,w,c out h,w,c", 6, (long)a.filter_h, (long)a.filter_w, (long)a.filter_c, (long)a.out_h, (long)a.out_w, (long)a.out_c);
            say("wrong stride dilation pad groups", 7, (long)a.stride_h, (long)a.stride_w, (long)a.dilation_h, (long)a.dilation_w,
                (long)a.pad_top, (long)a.pad_left, (long)a.groups);
            say("wrong bias mask zero lo hi refused", 7, (long)(a.bias != NULL), (long)a.channel_mask, (long)a.x_zero, (long)a.y_zero, (long)a.lo, (long)a.hi, (long)s_refused);
        }
    }
    done(name);
}

typedef void dense_t(const tn_fully_connected_args_t *a);

static void check_dense(const char *name, int32_t shapes, bool s16, dense_t *library, dense_t *reference)
{
    begin();
    if (library == reference) {
        return;  // a kernel that the library has none for
    }
    for (int32_t i = 0; i < shapes; i++) {
        tn_conv2d_args_t c = {0};
        fill_conv(&c, s16);
        tn_fully_connected_args_t a = {
            .x = c.x, .w = c.w, .bias = c.bias, .mult = c.mult, .shift = c.shift, .channel_mask = s16 && chance(90) ? 0 : c.channel_mask,
            .rows = between(1, 5), .depth = chance(90) ? between(1, 200) : between(400, 600), .outputs = between(1, 40),
            .x_zero = c.x_zero, .w_zero = chance(90) ? 0 : between(-128, 127), .y_zero = c.y_zero, .lo = c.lo, .hi = c.hi,
            .bias_s64 = c.bias_s64,
        };
        clear_outputs();
        a.y = s_y[0] + CANARY;
        library(&a);
        a.y = s_y[1] + CANARY;
        reference(&a);
        compare(name, (size_t)(a.rows * a.outputs) * (s16 ? 2u : 1u), i);
    }
    done(name);
}

typedef void pool_t(const tn_pool2d_args_t *a);

static void check_pool(const char *name, int32_t shapes, bool average, bool s16, pool_t *library, pool_t *reference)
{
    begin();
    if (library == reference) {
        return;  // a kernel that the library has none for
    }
    for (int32_t i = 0; i < shapes;) {
        tn_conv2d_args_t c = {0};
        fill_conv(&c, s16);
        tn_pool2d_args_t a = {.x = s_x, .batches = between(1, 2), .channels = between(1, 70), .lo = c.lo, .hi = c.hi};
        draw_axis(&a.in_h, &a.out_h, &a.filter_h, &a.stride_h, &a.dilation_h, &a.pad_top, 10);
        draw_axis(&a.in_w, &a.out_w, &a.filter_w, &a.stride_w, &a.dilation_w, &a.pad_left, 14);
        if (average) {
            a.dilation_h = a.dilation_w = 1;
            a.count_pad = chance(10);
            a.pad_bottom = a.pad_right = between(0, 2);
            a.zero = between(-20, 20);
            // The door check of averages: every window meets x.
            if (a.pad_top >= a.filter_h || a.pad_left >= a.filter_w || (a.out_h - 1) * a.stride_h - a.pad_top >= a.in_h
                || (a.out_w - 1) * a.stride_w - a.pad_left >= a.in_w) {
                continue;
            }
        }
        if (a.batches * a.in_h * a.in_w * a.channels > DATA || a.batches * a.out_h * a.out_w * a.channels > DATA) {
            continue;
        }
        clear_outputs();
        a.y = s_y[0] + CANARY;
        library(&a);
        a.y = s_y[1] + CANARY;
        reference(&a);
        compare(name, (size_t)(a.batches * a.out_h * a.out_w * a.channels) * (s16 ? 2u : 1u), i++);
    }
    done(name);
}

typedef void add_t(const tn_arith_args_t *a);

static void check_add(const char *name, int32_t shapes, bool s16, add_t *library, add_t *reference)
{
    const int32_t size = s16 ? 2 : 1;
    begin();
    if (library == reference) {
        return;
    }
    for (int32_t i = 0; i < shapes; i++) {
        tn_conv2d_args_t c = {0};
        fill_conv(&c, s16);
        draw_bytes(s_x2, sizeof s_x2);
        tn_arith_args_t a = {
            .a = s_x, .b = s_x2, .count = between(1, 300), .a_step = chance(95) ? 1 : 0, .b_step = chance(95) ? 1 : 0,
            .a_zero = c.x_zero, .b_zero = s16 ? 0 : between(-128, 127), .y_zero = c.y_zero,
            .left_shift = chance(90) ? (s16 ? 15 : 20) : between(0, 21),
            .a_mult = s_mult[0], .a_shift = chance(95) ? between(-8, 0) : 1, .b_mult = s_mult[1], .b_shift = chance(95) ? between(-8, 0) : 1,
            .y_mult = s_mult[2], .y_shift = between(-22, -6), .lo = c.lo, .hi = c.hi,
        };
        clear_outputs();
        const bool in_place = chance(30) && a.a_step == 1;
        for (int side = 0; side < 2; side++) {
            a.y = s_y[side] + CANARY;
            if (in_place) {
                memcpy(a.y, s_x, (size_t)(a.count * size));
                a.a = a.y;
            }
            (side == 0 ? library : reference)(&a);
        }
        compare(name, (size_t)(a.count * size), i);
    }
    done(name);
}

typedef void mul_t(const tn_mul_args_t *a);

static void check_mul(const char *name, int32_t shapes, bool s16, mul_t *library, mul_t *reference)
{
    const int32_t size = s16 ? 2 : 1;
    begin();
    if (library == reference) {
        return;
    }
    for (int32_t i = 0; i < shapes; i++) {
        tn_conv2d_args_t c = {0};
        fill_conv(&c, s16);
        draw_bytes(s_x2, sizeof s_x2);
        tn_mul_args_t a = {
            .a = s_x, .b = s_x2, .count = between(1, 300), .a_step = chance(95) ? 1 : 0, .b_step = chance(95) ? 1 : 0,
            .a_zero = c.x_zero, .b_zero = s16 ? 0 : between(-128, 127), .y_zero = c.y_zero,
            .y_mult = s_mult[2], .y_shift = between(-16, 1), .lo = c.lo, .hi = c.hi,
        };
        clear_outputs();
        const bool in_place = chance(30) && a.a_step == 1;
        for (int side = 0; side < 2; side++) {
            a.y = s_y[side] + CANARY;
            if (in_place) {
                memcpy(a.y, s_x, (size_t)(a.count * size));
                a.a = a.y;
            }
            (side == 0 ? library : reference)(&a);
        }
        compare(name, (size_t)(a.count * size), i);
    }
    done(name);
}

static int trace(uint8_t *blob, uint32_t size, uint8_t *arena, uint32_t arena_size)
{
    static tn_model_t model;
    if (tn_model_open(&model, blob, size, arena, arena_size) != TN_OK) {
        return 1;
    }
    bool over = false;
    for (long step = 0; !over; step++) {
        s_row = -1;
        s_refused = 0;
        (void)tn_model_step(&model, 1, &over);
        if (s_row >= 0) {
            say("step, row, refused", 3, step, (long)s_row, (long)s_refused);
        }
    }
    say("scratchWanted", 1, (long)tn_vendor_scratch_wanted());
    return 0;
}

int vendor_check_trace(uint8_t *blob, uint32_t size, uint8_t *arena, uint32_t arena_size)
{
    tn_vendor_set_watch(watch);
    return trace(blob, size, arena, arena_size);
}

int vendor_check(uint32_t seed, int32_t shapes)
{
    int wrong = 0;
    tn_vendor_set_watch(watch);
    s_state = seed;
    check_conv("conv2d_s8", shapes, false, false, TN_KERNEL_CONV2D_S8, tn_conv2d_s8_ref);
    wrong += s_wrong;
    check_conv("depthwise_conv2d_s8", shapes, true, false, TN_KERNEL_DEPTHWISE_CONV2D_S8, tn_depthwise_conv2d_s8_ref);
    wrong += s_wrong;
    check_dense("fully_connected_s8", shapes, false, TN_KERNEL_FULLY_CONNECTED_S8, tn_fully_connected_s8_ref);
    wrong += s_wrong;
    check_pool("average_pool2d_s8", shapes, true, false, TN_KERNEL_AVERAGE_POOL2D_S8, tn_average_pool2d_s8_ref);
    wrong += s_wrong;
    check_pool("max_pool2d_s8", shapes, false, false, TN_KERNEL_MAX_POOL2D_S8, tn_max_pool2d_s8_ref);
    wrong += s_wrong;
    check_add("add_s8", shapes, false, TN_KERNEL_ADD_S8, tn_add_s8_ref);
    wrong += s_wrong;
    check_mul("mul_s8", shapes, false, TN_KERNEL_MUL_S8, tn_mul_s8_ref);
    wrong += s_wrong;
#if TN_INT16
    check_conv("conv2d_s16", shapes, false, true, TN_KERNEL_CONV2D_S16, tn_conv2d_s16_ref);
    wrong += s_wrong;
    check_conv("depthwise_conv2d_s16", shapes, true, true, TN_KERNEL_DEPTHWISE_CONV2D_S16, tn_depthwise_conv2d_s16_ref);
    wrong += s_wrong;
    check_dense("fully_connected_s16", shapes, true, TN_KERNEL_FULLY_CONNECTED_S16, tn_fully_connected_s16_ref);
    wrong += s_wrong;
    check_pool("average_pool2d_s16", shapes, true, true, TN_KERNEL_AVERAGE_POOL2D_S16, tn_average_pool2d_s16_ref);
    wrong += s_wrong;
    check_pool("max_pool2d_s16", shapes, false, true, TN_KERNEL_MAX_POOL2D_S16, tn_max_pool2d_s16_ref);
    wrong += s_wrong;
    check_add("add_s16", shapes, true, TN_KERNEL_ADD_S16, tn_add_s16_ref);
    wrong += s_wrong;
    check_mul("mul_s16", shapes, true, TN_KERNEL_MUL_S16, tn_mul_s16_ref);
    wrong += s_wrong;
#endif
    say("scratchWanted", 1, (long)tn_vendor_scratch_wanted());
    return wrong;
}
