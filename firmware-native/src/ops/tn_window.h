// Geometry of sliding windows, shared by convolutions and pools. One axis at a time.
#ifndef TN_WINDOW_H
#define TN_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

// The taps of a window that lie inside the input, along one axis.
typedef struct tn_taps {
    int32_t first;  // number of the first tap inside
    int32_t count;  // how many are inside; 0 for none (then first = start = 0)
    int32_t start;  // input coordinate of the first one
} tn_taps_t;

// The taps t of 0 .. taps-1 with 0 <= origin + t * dilation < size.
static inline tn_taps_t tn_taps(int32_t origin, int32_t dilation, int32_t taps, int32_t size)
{
    // Quotients rounded up: t >= -origin / dilation and t < (size - origin) / dilation.
    const int32_t first = origin < 0 ? (-origin - 1) / dilation + 1 : 0;
    const int32_t fit = origin < size ? (size - 1 - origin) / dilation + 1 : 0;
    const int32_t end = fit < taps ? fit : taps;
    if (end <= first) {
        return (tn_taps_t){0, 0, 0};
    }
    return (tn_taps_t){first, end - first, origin + first * dilation};
}

// The door check: with these numbers no window of `out` positions overflows an int32 in tn_taps, wherever it lies.
static inline bool tn_window_fits(int32_t in, int32_t out, int32_t taps, int32_t stride, int32_t dilation, int32_t pad)
{
    return stride >= 1 && dilation >= 1 && taps >= 1 && pad >= 0 && (int64_t)in + pad <= INT32_MAX
        && (int64_t)(out - 1) * stride <= INT32_MAX && (int64_t)(taps - 1) * dilation <= INT32_MAX;
}

#endif
