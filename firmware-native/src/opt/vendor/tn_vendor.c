#include <string.h>

#include "tn_vendor.h"

// The libraries' kernels have their scratch here: a portable blob plans none for them. One area for all layers, so only one model
// runs at a time.
static uint8_t s_scratch[TN_VENDOR_SCRATCH_BYTES + 15];

static uint32_t s_wanted;
static tn_vendor_watch_t s_watch;

void *tn_vendor_take(tn_vendor_scratch_t *scratch, int64_t bytes)
{
    if (bytes < 0 || bytes > INT32_MAX - (int64_t)scratch->used) {
        return NULL;
    }
    const uint32_t first = (scratch->used + 15u) / 16u * 16u;
    const uint32_t end = first + (uint32_t)bytes;
    s_wanted = end > s_wanted ? end : s_wanted;
    scratch->used = end;  // also where it does not fit, so that s_wanted counts what follows
    const uintptr_t start = ((uintptr_t)s_scratch + 15u) / 16u * 16u;
    return end <= TN_VENDOR_SCRATCH_BYTES ? (uint8_t *)start + first : NULL;
}

void *tn_vendor_copy(tn_vendor_scratch_t *scratch, const void *data, int64_t bytes, int64_t room)
{
    uint8_t *block = tn_vendor_take(scratch, room);
    if (block != NULL) {
        memset(block, 0, (size_t)room);
    }
    if (block != NULL && data != NULL) {
        memcpy(block, data, (size_t)bytes);
    }
    return block;
}

bool tn_vendor_quant(tn_vendor_quant_t *quant, tn_vendor_scratch_t *scratch, const int32_t *mult, const int8_t *shift,
                     int32_t channel_mask, int32_t channels, int32_t room)
{
    const int64_t bytes = (int64_t)room * (int64_t)sizeof(int32_t);
    const bool in_place = channel_mask != 0 && channels == room;
    quant->shift = tn_vendor_copy(scratch, NULL, 0, bytes);
    // The libraries take the multipliers by a pointer to int32_t, and only read there.
    quant->mult = in_place ? (int32_t *)(uintptr_t)mult : tn_vendor_copy(scratch, NULL, 0, bytes);
    if (quant->shift == NULL || quant->mult == NULL) {
        return false;
    }
    for (int32_t i = 0; i < channels; i++) {
        quant->shift[i] = shift[i & channel_mask];
    }
    for (int32_t i = 0; i < channels && !in_place; i++) {
        quant->mult[i] = mult[i & channel_mask];
    }
    return true;
}

uint32_t tn_vendor_scratch_wanted(void)
{
    return s_wanted;
}

void tn_vendor_set_watch(tn_vendor_watch_t watch)
{
    s_watch = watch;
}

bool tn_vendor_done(int row, uint32_t refused)
{
    if (s_watch != NULL) {
        s_watch(row, refused);
    }
    return refused == 0;
}
