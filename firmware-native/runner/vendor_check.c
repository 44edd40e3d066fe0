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
#include "vendor_draw.h"

enum { CANARY = 64 };

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

static void watch(int row, uint32_t refused)
{
    s_row = row;
    s_refused = refused;
    s_seen |= refused;
}

// --- outputs ---

static _Alignas(16) uint8_t s_y[2][VENDOR_DATA * 2 + 2 * CANARY];
static void *output(int side)
{
    return s_y[side] + CANARY;
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

static int done(const char *name)
{
    say(name, 4, (long)s_library, (long)s_ours, (long)s_wrong, (long)s_seen);
    return s_wrong;
}

static void begin(void)
{
    s_library = s_ours = s_wrong = 0;
    s_seen = 0;
}

// --- kernels ---

typedef void conv_t(const tn_conv2d_args_t *a);

static int check_conv(const char *name, int32_t shapes, bool depthwise, bool s16, conv_t *library, conv_t *reference)
{
    begin();
    if (library == reference) {
        return 0;  // a kernel that the library has none for
    }
    for (int32_t i = 0; i < shapes; i++) {
        tn_conv2d_args_t a;
        do {
        } while (!vendor_draw_conv(&a, depthwise));
        vendor_fill_conv(&a, s16);
        clear_outputs();
        a.y = output(0);
        library(&a);
        a.y = output(1);
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
    return done(name);
}

typedef void dense_t(const tn_fully_connected_args_t *a);

static int check_dense(const char *name, int32_t shapes, bool s16, dense_t *library, dense_t *reference)
{
    begin();
    if (library == reference) {
        return 0;  // a kernel that the library has none for
    }
    for (int32_t i = 0; i < shapes; i++) {
        tn_conv2d_args_t c = {0};
        vendor_fill_conv(&c, s16);
        tn_fully_connected_args_t a = {
            .x = c.x, .w = c.w, .bias = c.bias, .mult = c.mult, .shift = c.shift, .channel_mask = s16 && vendor_chance(90) ? 0 : c.channel_mask,
            .rows = vendor_between(1, 5), .depth = vendor_chance(90) ? vendor_between(1, 200) : vendor_between(400, 600), .outputs = vendor_between(1, 40),
            .x_zero = c.x_zero, .w_zero = vendor_chance(90) ? 0 : vendor_between(-128, 127), .y_zero = c.y_zero, .lo = c.lo, .hi = c.hi,
            .bias_s64 = c.bias_s64,
        };
        clear_outputs();
        a.y = output(0);
        library(&a);
        a.y = output(1);
        reference(&a);
        compare(name, (size_t)(a.rows * a.outputs) * (s16 ? 2u : 1u), i);
    }
    return done(name);
}

typedef void pool_t(const tn_pool2d_args_t *a);

static int check_pool(const char *name, int32_t shapes, bool average, bool s16, pool_t *library, pool_t *reference)
{
    begin();
    if (library == reference) {
        return 0;  // a kernel that the library has none for
    }
    for (int32_t i = 0; i < shapes;) {
        tn_conv2d_args_t c = {0};
        vendor_fill_conv(&c, s16);
        tn_pool2d_args_t a = {.x = vendor_x, .batches = vendor_between(1, 2), .channels = vendor_between(1, 70), .lo = c.lo, .hi = c.hi};
        vendor_draw_axis(&a.in_h, &a.out_h, &a.filter_h, &a.stride_h, &a.dilation_h, &a.pad_top, 10);
        vendor_draw_axis(&a.in_w, &a.out_w, &a.filter_w, &a.stride_w, &a.dilation_w, &a.pad_left, 14);
        if (average) {
            a.dilation_h = a.dilation_w = 1;
            a.count_pad = vendor_chance(10);
            a.pad_bottom = a.pad_right = vendor_between(0, 2);
            a.zero = vendor_between(-20, 20);
            // The door check of averages: every window meets x.
            if (a.pad_top >= a.filter_h || a.pad_left >= a.filter_w || (a.out_h - 1) * a.stride_h - a.pad_top >= a.in_h
                || (a.out_w - 1) * a.stride_w - a.pad_left >= a.in_w) {
                continue;
            }
        }
        if (a.batches * a.in_h * a.in_w * a.channels > VENDOR_DATA || a.batches * a.out_h * a.out_w * a.channels > VENDOR_DATA) {
            continue;
        }
        clear_outputs();
        a.y = output(0);
        library(&a);
        a.y = output(1);
        reference(&a);
        compare(name, (size_t)(a.batches * a.out_h * a.out_w * a.channels) * (s16 ? 2u : 1u), i++);
    }
    return done(name);
}

typedef void add_t(const tn_arith_args_t *a);

static int check_add(const char *name, int32_t shapes, bool s16, add_t *library, add_t *reference)
{
    const int32_t size = s16 ? 2 : 1;
    begin();
    if (library == reference) {
        return 0;
    }
    for (int32_t i = 0; i < shapes; i++) {
        tn_conv2d_args_t c = {0};
        vendor_fill_conv(&c, s16);
        vendor_draw_bytes(vendor_x2, sizeof vendor_x2);
        tn_arith_args_t a = {
            .a = vendor_x, .b = vendor_x2, .count = vendor_between(1, 300), .a_step = vendor_chance(95) ? 1 : 0, .b_step = vendor_chance(95) ? 1 : 0,
            .a_zero = c.x_zero, .b_zero = s16 ? 0 : vendor_between(-128, 127), .y_zero = c.y_zero,
            .left_shift = vendor_chance(90) ? (s16 ? 15 : 20) : vendor_between(0, 21),
            .a_mult = vendor_mult[0], .a_shift = vendor_chance(95) ? vendor_between(-8, 0) : 1, .b_mult = vendor_mult[1], .b_shift = vendor_chance(95) ? vendor_between(-8, 0) : 1,
            .y_mult = vendor_mult[2], .y_shift = vendor_between(-22, -6), .lo = c.lo, .hi = c.hi,
        };
        clear_outputs();
        const bool in_place = vendor_chance(30) && a.a_step == 1;
        for (int side = 0; side < 2; side++) {
            a.y = output(side);
            if (in_place) {
                a.a = memcpy(a.y, vendor_x, (size_t)(a.count * size));
            }
            (side == 0 ? library : reference)(&a);
        }
        compare(name, (size_t)(a.count * size), i);
    }
    return done(name);
}

typedef void mul_t(const tn_mul_args_t *a);

static int check_mul(const char *name, int32_t shapes, bool s16, mul_t *library, mul_t *reference)
{
    const int32_t size = s16 ? 2 : 1;
    begin();
    if (library == reference) {
        return 0;
    }
    for (int32_t i = 0; i < shapes; i++) {
        tn_conv2d_args_t c = {0};
        vendor_fill_conv(&c, s16);
        vendor_draw_bytes(vendor_x2, sizeof vendor_x2);
        tn_mul_args_t a = {
            .a = vendor_x, .b = vendor_x2, .count = vendor_between(1, 300), .a_step = vendor_chance(95) ? 1 : 0, .b_step = vendor_chance(95) ? 1 : 0,
            .a_zero = c.x_zero, .b_zero = s16 ? 0 : vendor_between(-128, 127), .y_zero = c.y_zero,
            .y_mult = vendor_mult[2], .y_shift = vendor_between(-16, 1), .lo = c.lo, .hi = c.hi,
        };
        clear_outputs();
        const bool in_place = vendor_chance(30) && a.a_step == 1;
        for (int side = 0; side < 2; side++) {
            a.y = output(side);
            if (in_place) {
                a.a = memcpy(a.y, vendor_x, (size_t)(a.count * size));
            }
            (side == 0 ? library : reference)(&a);
        }
        compare(name, (size_t)(a.count * size), i);
    }
    return done(name);
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
    vendor_draw_from(seed);
    wrong += check_conv("conv2d_s8", shapes, false, false, TN_KERNEL_CONV2D_S8, tn_conv2d_s8_ref);
    wrong += check_conv("depthwise_conv2d_s8", shapes, true, false, TN_KERNEL_DEPTHWISE_CONV2D_S8, tn_depthwise_conv2d_s8_ref);
    wrong += check_dense("fully_connected_s8", shapes, false, TN_KERNEL_FULLY_CONNECTED_S8, tn_fully_connected_s8_ref);
    wrong += check_pool("average_pool2d_s8", shapes, true, false, TN_KERNEL_AVERAGE_POOL2D_S8, tn_average_pool2d_s8_ref);
    wrong += check_pool("max_pool2d_s8", shapes, false, false, TN_KERNEL_MAX_POOL2D_S8, tn_max_pool2d_s8_ref);
    wrong += check_add("add_s8", shapes, false, TN_KERNEL_ADD_S8, tn_add_s8_ref);
    wrong += check_mul("mul_s8", shapes, false, TN_KERNEL_MUL_S8, tn_mul_s8_ref);
#if TN_INT16
    wrong += check_conv("conv2d_s16", shapes, false, true, TN_KERNEL_CONV2D_S16, tn_conv2d_s16_ref);
    wrong += check_conv("depthwise_conv2d_s16", shapes, true, true, TN_KERNEL_DEPTHWISE_CONV2D_S16, tn_depthwise_conv2d_s16_ref);
    wrong += check_dense("fully_connected_s16", shapes, true, TN_KERNEL_FULLY_CONNECTED_S16, tn_fully_connected_s16_ref);
    wrong += check_pool("average_pool2d_s16", shapes, true, true, TN_KERNEL_AVERAGE_POOL2D_S16, tn_average_pool2d_s16_ref);
    wrong += check_pool("max_pool2d_s16", shapes, false, true, TN_KERNEL_MAX_POOL2D_S16, tn_max_pool2d_s16_ref);
    wrong += check_add("add_s16", shapes, true, TN_KERNEL_ADD_S16, tn_add_s16_ref);
    wrong += check_mul("mul_s16", shapes, true, TN_KERNEL_MUL_S16, tn_mul_s16_ref);
#endif
    say("scratchWanted", 1, (long)tn_vendor_scratch_wanted());
    return wrong;
}
