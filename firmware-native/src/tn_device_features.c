// What a device watches of a model's inputs, and what the model's blob says they should look like. A managed engine gives the same
// numbers; tn_device.h defines them. All sums fit 32 bits: 255 * 256 * TN_FEATURE_POSITIONS is below 2^27.

#include "tn_blob.h"
#include "tn_device_impl.h"

// Elements count from 0 to 255: v + 128.
#define ZERO_Q8 32768

typedef struct view {
    const uint8_t *bytes;
    uint8_t flip;        // turns a byte into v + 128
    uint32_t channels;
    uint32_t positions;
    uint32_t stride;
    uint32_t looked_at;
    uint32_t pairs;      // of these have a neighbour
} view_t;

static view_t look_at(const tn_io_t *io)
{
    view_t view;
    const int32_t last = io->rank > 0 ? io->dims[io->rank - 1] : 1;
    view.bytes = io->data;
    view.flip = io->dtype == TN_S8 ? 0x80 : 0;
    view.channels = last >= 2 && last <= 4 ? (uint32_t)last : 1;
    view.positions = io->bytes / view.channels;
    view.stride = 1;
    if (view.positions > TN_FEATURE_POSITIONS) {
        view.stride = ((view.positions + TN_FEATURE_POSITIONS - 1) / TN_FEATURE_POSITIONS) | 1u;
    }
    // No dimension is 0.
    view.looked_at = (view.positions - 1) / view.stride + 1;
    view.pairs = (view.looked_at - 1) * view.stride + 1 < view.positions ? view.looked_at : view.looked_at - 1;
    return view;
}

static int32_t mean(uint32_t sum, uint32_t count)
{
    return count == 0 ? 0 : (int32_t)((sum + count / 2) / count);
}

static int32_t limited(int32_t value)
{
    return value > INT16_MAX ? INT16_MAX : value;
}

static uint32_t distance(uint32_t a, uint32_t b)
{
    return a > b ? a - b : b - a;
}

// Mean, and mean difference of neighbours, of one channel.
static void watch_channel(const view_t *view, uint32_t channel, int32_t *average, int32_t *change)
{
    const uint32_t step = view->stride * view->channels;
    const uint8_t *at = view->bytes + channel;
    uint32_t sum = 0;
    uint32_t changes = 0;
    for (uint32_t i = 0; i < view->pairs; i++, at += step) {
        const uint32_t here = (uint32_t)(at[0] ^ view->flip);
        sum += here;
        changes += distance((uint32_t)(at[view->channels] ^ view->flip), here);
    }
    if (view->pairs < view->looked_at) {
        sum += (uint32_t)(at[0] ^ view->flip);
    }
    *average = mean(sum * 256u, view->looked_at) - ZERO_Q8;
    *change = limited(mean(changes * 256u, view->pairs));
}

// Mean deviation from the mean, and share of the elements at the ends of the range.
static void watch_spread(const view_t *view, int32_t average, int32_t *deviation, int32_t *saturated)
{
    const uint8_t *at = view->bytes;
    const uint32_t middle = (uint32_t)(average + ZERO_Q8);
    uint32_t deviations = 0;
    uint32_t ends = 0;
    for (uint32_t i = 0; i < view->looked_at; i++, at += view->stride) {
        const uint32_t here = (uint32_t)(*at ^ view->flip);
        deviations += distance(here * 256u, middle);
        ends += here == 0 || here == UINT8_MAX ? 1u : 0u;
    }
    *deviation = limited(mean(deviations, view->looked_at));
    *saturated = mean(ends * 256u, view->looked_at);
}

int32_t tn_device_input_features(tn_device_t *device, int32_t model, int32_t index, int32_t *features, int32_t length)
{
    const tn_device_model_t *m = tn_device_find(device, model);
    tn_io_t io;
    if (m == NULL || index < 0 || index > UINT16_MAX || tn_model_input(&m->model, (uint16_t)index, &io) != TN_OK) {
        return TN_ERR_ARG;
    }
    if (io.dtype != TN_S8 && io.dtype != TN_U8) {
        return 0;
    }
    const view_t view = look_at(&io);
    const int32_t count = view.channels > 1 ? 2 * (int32_t)view.channels : 4;
    if (features == NULL || length < count) {
        return TN_ERR_ARG;
    }
    if (view.channels == 1) {
        watch_channel(&view, 0, &features[0], &features[2]);
        watch_spread(&view, features[0], &features[1], &features[3]);
        return count;
    }
    for (uint32_t channel = 0; channel < view.channels; channel++) {
        watch_channel(&view, channel, &features[channel], &features[view.channels + channel]);
    }
    return count;
}

int32_t tn_device_reference(tn_device_t *device, int32_t model, uint8_t *data, int32_t length, int32_t start, int32_t count)
{
    const tn_device_model_t *m = tn_device_find(device, model);
    if (m == NULL || !tn_device_range_fits(data, length, start, count)) {
        return TN_ERR_ARG;
    }
    // The entries have been proved when the model was opened.
    const uint32_t sections = tn_read_u16(m->bytes + 20);
    for (uint32_t i = 0; i < sections; i++) {
        const uint8_t *entry = m->bytes + TN_HEADER_SIZE + i * TN_SECTION_SIZE;
        if (tn_read_u16(entry) == TN_SECTION_HISTOGRAMS) {
            const uint32_t size = tn_read_u32(entry + 8);
            const uint32_t copied = size < (uint32_t)count ? size : (uint32_t)count;
            if (copied > 0) {
                memcpy(data + start, m->bytes + tn_read_u32(entry + 4), copied);
            }
            return (int32_t)copied;
        }
    }
    return 0;
}
