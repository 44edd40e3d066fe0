// AVERAGE_POOL_2D and MAX_POOL_2D by CMSIS-NN.

#include "tn_cmsis_nn.h"

typedef struct layer {
    cmsis_nn_context ctx;
    cmsis_nn_pool_params params;
    cmsis_nn_dims x;
    cmsis_nn_dims filter;
    cmsis_nn_dims y;
} layer_t;

// 0, or why the library is not asked.
static uint32_t prepare(layer_t *layer, const tn_pool2d_args_t *a, uint32_t row, int32_t bytes)
{
    tn_vendor_scratch_t scratch = {0};
    *layer = (layer_t){
        .ctx = {.buf = tn_vendor_take(&scratch, bytes), .size = bytes},
        .params = {
            .stride = {.w = a->stride_w, .h = a->stride_h},
            .padding = {.w = a->pad_left, .h = a->pad_top},
            .activation = {.min = a->lo, .max = a->hi},
        },
        .x = {.n = a->batches, .h = a->in_h, .w = a->in_w, .c = a->channels},
        .filter = {.n = 1, .h = a->filter_h, .w = a->filter_w, .c = 1},
        .y = {.n = a->batches, .h = a->out_h, .w = a->out_w, .c = a->channels},
    };
    const uint32_t refused = tn_vendor_pool2d_traits(a) & tn_vendor_rows[row];
    return refused != 0 ? refused : layer->ctx.buf == NULL ? (uint32_t)TN_TRAIT_NO_SCRATCH : 0u;
}

void tn_average_pool2d_s8_cmsis_nn(const tn_pool2d_args_t *a)
{
    layer_t l;
    uint32_t refused = prepare(&l, a, TN_ROW_AVERAGE_POOL2D_S8, arm_avgpool_s8_get_buffer_size(a->out_w, a->channels));
    if (refused == 0) {
        refused = tn_cmsis_nn_answer(arm_avgpool_s8(&l.ctx, &l.params, &l.x, a->x, &l.filter, &l.y, a->y));
    }
    if (!tn_vendor_done(TN_ROW_AVERAGE_POOL2D_S8, refused)) {
        tn_average_pool2d_s8_ref(a);
    }
}

void tn_max_pool2d_s8_cmsis_nn(const tn_pool2d_args_t *a)
{
    layer_t l;
    uint32_t refused = prepare(&l, a, TN_ROW_MAX_POOL2D_S8, 0);
    if (refused == 0) {
        refused = tn_cmsis_nn_answer(arm_max_pool_s8(&l.ctx, &l.params, &l.x, a->x, &l.filter, &l.y, a->y));
    }
    if (!tn_vendor_done(TN_ROW_MAX_POOL2D_S8, refused)) {
        tn_max_pool2d_s8_ref(a);
    }
}

#if TN_INT16
void tn_average_pool2d_s16_cmsis_nn(const tn_pool2d_args_t *a)
{
    layer_t l;
    uint32_t refused = prepare(&l, a, TN_ROW_AVERAGE_POOL2D_S16, arm_avgpool_s16_get_buffer_size(a->out_w, a->channels));
    if (refused == 0) {
        refused = tn_cmsis_nn_answer(arm_avgpool_s16(&l.ctx, &l.params, &l.x, a->x, &l.filter, &l.y, a->y));
    }
    if (!tn_vendor_done(TN_ROW_AVERAGE_POOL2D_S16, refused)) {
        tn_average_pool2d_s16_ref(a);
    }
}

void tn_max_pool2d_s16_cmsis_nn(const tn_pool2d_args_t *a)
{
    layer_t l;
    uint32_t refused = prepare(&l, a, TN_ROW_MAX_POOL2D_S16, 0);
    if (refused == 0) {
        refused = tn_cmsis_nn_answer(arm_max_pool_s16(&l.ctx, &l.params, &l.x, a->x, &l.filter, &l.y, a->y));
    }
    if (!tn_vendor_done(TN_ROW_MAX_POOL2D_S16, refused)) {
        tn_max_pool2d_s16_ref(a);
    }
}
#endif
