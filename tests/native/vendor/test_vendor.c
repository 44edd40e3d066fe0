// The adapters to vendor libraries against recorded calls: each case is a layer given to a kernel of the back end, and what the stand-in
// for the library was asked, or which trait kept the layer from it, is compared with the committed text VENDOR_CALLS. A program for
// each back end (tests/native/vendor.cmake). With TN_VENDOR_RECORD=1 the text is written instead, to be read before it is committed.

#include "tn_test.h"

#include <stdarg.h>

#include "record.h"
#include "vendor/tn_vendor.h"

enum { X_BYTES = 100000, W_BYTES = 100000, Y_BYTES = 20000, CHANNELS = 600, LOG_BYTES = 200000 };

int32_t standin_scratch;
bool standin_fails;

static int64_t s_x_words[X_BYTES / 8], s_b_words[X_BYTES / 8], s_y_words[Y_BYTES / 8];
static int8_t s_w[W_BYTES];
static int32_t s_bias32[CHANNELS], s_mult[CHANNELS];
static int64_t s_bias64[CHANNELS];
static int8_t s_shift[CHANNELS];
static char s_log[LOG_BYTES];
static size_t s_length;

// --- the log ---

void record_text(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int n = vsnprintf(s_log + s_length, sizeof s_log - s_length, format, arguments);
    va_end(arguments);
    CHECK(n >= 0 && s_length + (size_t)n < sizeof s_log);
    s_length += n > 0 && s_length + (size_t)n < sizeof s_log ? (size_t)n : 0;
}

void record_pointer(const char *name, const void *pointer)
{
    const struct { const void *data; const char *name; } known[] = {
        {NULL, "none"}, {s_x_words, "x"}, {s_b_words, "b"}, {s_y_words, "y"}, {s_w, "w"}, {s_bias32, "bias32"}, {s_bias64, "bias64"},
        {s_mult, "mult"},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i].data == pointer) {
            record_text(" %s=%s", name, known[i].name);
            return;
        }
    }
    const uint8_t *at = pointer;
    if (at > (const uint8_t *)s_y_words && at < (const uint8_t *)s_y_words + sizeof s_y_words) {
        record_text(" %s=y+%d", name, (int)(at - (const uint8_t *)s_y_words));
    } else if (at > (const uint8_t *)s_x_words && at < (const uint8_t *)s_x_words + sizeof s_x_words) {
        record_text(" %s=x+%d", name, (int)(at - (const uint8_t *)s_x_words));
    } else {
        CHECK((uintptr_t)at % 16u == 0);
        record_text(" %s=scratch", name);
    }
}

void record_numbers(const char *name, const int32_t *numbers, int32_t count)
{
    record_text(" %s=", name);
    for (int32_t i = 0; i < count; i++) {
        record_text("%s%d", i > 0 ? "," : "", (int)numbers[i]);
    }
}

void touch(void *block, int64_t bytes)
{
    memset(block, 0x55, (size_t)bytes);
}

static void watch(int row, uint32_t refused)
{
    static const char *const names[] = {
        "dilated", "grouped", "uneven", "far", "outside", "overhang", "padded 1x1", "cut 1x1", "row slack", "long",
        "per channel", "weight zero", "zero", "bias s32", "bias wide", "coarse", "left", "shallow", "broadcast", "count pad",
        "no scratch", "failed",
    };
    (void)row;
    if (refused != 0) {
        record_text("    ours:");
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (refused & (1u << i)) {
            record_text(" %s", names[i]);
        }
    }
    record_text("\n");
}

static void begin(const char *kernel, const char *what)
{
    standin_scratch = 64;
    standin_fails = false;
    for (int32_t i = 0; i < CHANNELS; i++) {
        s_mult[i] = (1 << 30) + i;
        s_shift[i] = (int8_t)(-4 - i % 3);
        s_bias32[i] = i;
        s_bias64[i] = i;
    }
    record_text("%s, %s\n", kernel, what);
}

// --- layers ---

static tn_conv2d_args_t conv(bool s16, bool depthwise)
{
    return (tn_conv2d_args_t){
        .x = s_x_words, .w = s_w, .bias = s16 ? (const void *)s_bias64 : (const void *)s_bias32, .y = s_y_words, .mult = s_mult,
        .shift = s_shift, .channel_mask = -1, .batches = 1, .in_h = 5, .in_w = 6, .in_c = 4, .filter_h = 3, .filter_w = 3,
        .filter_c = depthwise ? 4 : 4, .out_h = 5, .out_w = 6, .out_c = depthwise ? 4 : 8, .stride_h = 1, .stride_w = 1,
        .dilation_h = 1, .dilation_w = 1, .pad_top = 1, .pad_left = 1, .groups = depthwise ? 4 : 1, .x_zero = s16 ? 0 : -7,
        .y_zero = s16 ? 0 : 3, .lo = -100, .hi = 90, .bias_s64 = s16,
    };
}

typedef void conv_t(const tn_conv2d_args_t *a);

#define CASE(what, change)              \
    do {                                \
        begin(kernel, what);            \
        a = base;                       \
        change;                         \
        run(&a);                        \
    } while (0)

static void conv_cases(const char *kernel, conv_t *run, bool s16, bool depthwise)
{
    const tn_conv2d_args_t base = conv(s16, depthwise);
    tn_conv2d_args_t a;
    CASE("plain", (void)0);
    CASE("two samples", a.batches = 2);
    CASE("one multiplier", a.channel_mask = 0);
    CASE("no bias", (a.bias = NULL, a.bias_s64 = false));
    CASE("strides", (a.stride_h = 2, a.stride_w = 3, a.out_h = 3, a.out_w = 2));
    CASE("dilated", (a.dilation_w = 2, a.out_w = 4));
    CASE("five channels", (a.in_c = depthwise ? 5 : 4, a.out_c = 5, a.filter_c = depthwise ? 5 : 4, a.groups = depthwise ? 5 : 1));
    CASE("1x1", (a.filter_h = a.filter_w = 1, a.pad_top = a.pad_left = 0));
    CASE("1x1 and padding", (a.filter_h = a.filter_w = 1, a.pad_top = 0, a.pad_left = 1));
    CASE("1x1, output cut", (a.filter_h = a.filter_w = 1, a.pad_top = a.pad_left = 0, a.out_h = 4));
    CASE("a row", (a.in_h = a.out_h = a.filter_h = 1, a.pad_top = 0));
    CASE("a row with slack", (a.in_h = a.out_h = a.filter_h = 1, a.pad_top = a.pad_left = 0, a.out_w = 3));
    CASE("far", (a.stride_h = 40000, a.out_h = 1));
    CASE("outside", a.pad_top = 3);
    CASE("overhang", a.pad_left = 0);
    CASE("long", (a.in_c = a.filter_c = 64, a.out_c = depthwise ? 64 : 8, a.groups = depthwise ? 64 : 1));
    CASE("scratch to the last byte", standin_scratch = TN_VENDOR_SCRATCH_BYTES - (depthwise ? 16 : 32));
    CASE("no scratch", standin_scratch = TN_VENDOR_SCRATCH_BYTES);
    CASE("many channels", (a.out_c = 600, a.filter_c = depthwise ? 600 : 4, a.in_c = depthwise ? 600 : 4, a.groups = depthwise ? 600 : 1, a.in_h = a.in_w = a.out_h = a.out_w = 3));
    CASE("failed", standin_fails = true);
    if (depthwise) {
        CASE("multiplied", (a.out_c = 8, a.filter_c = 8));
    } else {
        CASE("grouped", (a.groups = 2, a.in_c = 8));
        CASE("grouped, no bias", (a.groups = 2, a.in_c = 8, a.bias = NULL, a.bias_s64 = false));
    }
    if (s16) {
        CASE("zero points", a.y_zero = 1);
        CASE("int32 bias", (a.bias = s_bias32, a.bias_s64 = false));
        CASE("wide bias", s_bias64[1] = INT64_C(1) << 40);
        CASE("coarse", s_shift[2] = -1);
    }
}

typedef void connect_t(const tn_fully_connected_args_t *a);

static void connect_cases(const char *kernel, connect_t *run, bool s16)
{
    const tn_fully_connected_args_t base = {
        .x = s_x_words, .w = s_w, .bias = s16 ? (const void *)s_bias64 : (const void *)s_bias32, .y = s_y_words, .mult = s_mult,
        .shift = s_shift, .channel_mask = 0, .rows = 2, .depth = 9, .outputs = 6, .x_zero = s16 ? 0 : -7, .y_zero = s16 ? 0 : 3,
        .lo = -100, .hi = 90, .bias_s64 = s16,
    };
    tn_fully_connected_args_t a;
    CASE("plain", (void)0);
    CASE("a multiplier for each", a.channel_mask = -1);
    CASE("no bias", (a.bias = NULL, a.bias_s64 = false));
    CASE("weights with a zero point", a.w_zero = 5);
    CASE("far", (a.depth = 40000, a.outputs = a.rows = 1));
    CASE("long", a.depth = 513);
    CASE("many outputs", (a.outputs = 600, a.channel_mask = -1, a.rows = 1));
    if (s16) {
        CASE("zero points", a.x_zero = 1);
        CASE("int32 bias", (a.bias = s_bias32, a.bias_s64 = false));
        CASE("wide bias", s_bias64[1] = -(INT64_C(1) << 40));
        CASE("coarse", s_shift[0] = 0);
    } else {
        CASE("failed", standin_fails = true);
    }
}

typedef void pool_t(const tn_pool2d_args_t *a);

static void pool_cases(const char *kernel, pool_t *run, bool average)
{
    const tn_pool2d_args_t base = {
        .x = s_x_words, .y = s_y_words, .batches = 2, .in_h = 5, .in_w = 7, .channels = 3, .out_h = 3, .out_w = 4, .filter_h = 3,
        .filter_w = 2, .stride_h = 2, .stride_w = 2, .dilation_h = 1, .dilation_w = 1, .pad_top = 1, .pad_left = 1, .pad_bottom = 1,
        .pad_right = 0, .zero = 4, .lo = -100, .hi = 90,
    };
    tn_pool2d_args_t a;
    CASE("plain", (void)0);
    CASE("far", (a.stride_h = 40000, a.out_h = 1));
    CASE("failed", standin_fails = true);
    if (average) {
        CASE("padding counts", a.count_pad = true);
        CASE("padding would count", (a.count_pad = true, a.pad_top = a.pad_left = a.pad_bottom = 0, a.out_h = 2, a.out_w = 3));
        CASE("no scratch", standin_scratch = 4096);
    } else {
        CASE("outside", (a.pad_left = 2));
        CASE("dilated", (a.dilation_h = 2, a.out_h = 2));
    }
}

typedef void add_t(const tn_arith_args_t *a);

static void add_cases(const char *kernel, add_t *run, bool s16)
{
    const tn_arith_args_t base = {
        .a = s_x_words, .b = s_b_words, .y = s_y_words, .count = 21, .a_step = 1, .b_step = 1, .a_zero = s16 ? 0 : -7, .b_zero = s16 ? 0 : 8,
        .y_zero = s16 ? 0 : 3, .left_shift = s16 ? 15 : 20, .a_mult = 1 << 30, .a_shift = -1, .b_mult = (1 << 30) + 1, .b_shift = -2,
        .y_mult = (1 << 30) + 2, .y_shift = -16, .lo = -100, .hi = 90,
    };
    tn_arith_args_t a;
    CASE("plain", (void)0);
    CASE("in place", a.a = s_y_words);
    CASE("broadcast", a.b_step = 0);
    CASE("shallow", a.left_shift = 10);
    CASE("left", a.b_shift = 1);
    CASE("zero points", a.a_zero = 2);
    CASE("failed", standin_fails = true);
}

typedef void mul_t(const tn_mul_args_t *a);

static void mul_cases(const char *kernel, mul_t *run, bool s16)
{
    const tn_mul_args_t base = {
        .a = s_x_words, .b = s_b_words, .y = s_y_words, .count = 21, .a_step = 1, .b_step = 1, .a_zero = s16 ? 0 : -7, .b_zero = s16 ? 0 : 8,
        .y_zero = s16 ? 0 : 3, .y_mult = (1 << 30) + 2, .y_shift = -8, .lo = -100, .hi = 90,
    };
    tn_mul_args_t a;
    CASE("plain", (void)0);
    CASE("in place", a.b = s_y_words);
    CASE("broadcast", a.a_step = 0);
    CASE("zero points", a.b_zero = 2);
    CASE("failed", standin_fails = true);
}

// --- the comparison ---

static void compare_lines(const char *expected, const char *actual)
{
    for (int line = 1; *expected != 0 || *actual != 0; line++) {
        const size_t e = strcspn(expected, "\n"), n = strcspn(actual, "\n");
        const bool call_as_recorded = e == n && memcmp(expected, actual, e) == 0;
        if (!call_as_recorded) {
            printf("%s line %d\n  expected %.*s\n  got      %.*s\n", VENDOR_CALLS, line, (int)e, expected, (int)n, actual);
            CHECK(call_as_recorded);
            return;
        }
        expected += e + (expected[e] != 0);
        actual += n + (actual[n] != 0);
    }
}

TEST(adapters_call_the_library_as_recorded)
{
    static char expected[LOG_BYTES];
    tn_vendor_set_watch(watch);
    conv_cases("CONV2D_S8", TN_KERNEL_CONV2D_S8, false, false);
    conv_cases("DEPTHWISE_CONV2D_S8", TN_KERNEL_DEPTHWISE_CONV2D_S8, false, true);
    connect_cases("FULLY_CONNECTED_S8", TN_KERNEL_FULLY_CONNECTED_S8, false);
    pool_cases("AVERAGE_POOL2D_S8", TN_KERNEL_AVERAGE_POOL2D_S8, true);
    pool_cases("MAX_POOL2D_S8", TN_KERNEL_MAX_POOL2D_S8, false);
    add_cases("ADD_S8", TN_KERNEL_ADD_S8, false);
    mul_cases("MUL_S8", TN_KERNEL_MUL_S8, false);
#if defined(VENDOR_S16) && TN_INT16
    conv_cases("CONV2D_S16", TN_KERNEL_CONV2D_S16, true, false);
    conv_cases("DEPTHWISE_CONV2D_S16", TN_KERNEL_DEPTHWISE_CONV2D_S16, true, true);
    connect_cases("FULLY_CONNECTED_S16", TN_KERNEL_FULLY_CONNECTED_S16, true);
    pool_cases("AVERAGE_POOL2D_S16", TN_KERNEL_AVERAGE_POOL2D_S16, true);
    pool_cases("MAX_POOL2D_S16", TN_KERNEL_MAX_POOL2D_S16, false);
    add_cases("ADD_S16", TN_KERNEL_ADD_S16, true);
    mul_cases("MUL_S16", TN_KERNEL_MUL_S16, true);
#endif
    FILE *file = fopen(VENDOR_CALLS, getenv("TN_VENDOR_RECORD") != NULL ? "wb" : "rb");
    REQUIRE(file != NULL);
    if (getenv("TN_VENDOR_RECORD") != NULL) {
        CHECK_EQ(s_length, fwrite(s_log, 1, s_length, file));
    } else {
        const size_t length = fread(expected, 1, sizeof expected - 1, file);
        expected[length] = 0;
        compare_lines(expected, s_log);
    }
    fclose(file);
}

TEST(scratch_is_counted_where_it_is_short)
{
    tn_vendor_scratch_t scratch = {0};
    CHECK(tn_vendor_take(&scratch, 0) != NULL);
    CHECK(tn_vendor_take(&scratch, TN_VENDOR_SCRATCH_BYTES - 16) != NULL);
    CHECK(tn_vendor_take(&scratch, 16) != NULL);
    CHECK(tn_vendor_take(&scratch, 1) == NULL);
    CHECK(tn_vendor_take(&scratch, -1) == NULL);
    CHECK(tn_vendor_take(&scratch, INT64_MAX) == NULL);
    CHECK(tn_vendor_take(&scratch, 50000) == NULL);
    CHECK_EQ(TN_VENDOR_SCRATCH_BYTES + 16 + 50000, tn_vendor_scratch_wanted());
}
