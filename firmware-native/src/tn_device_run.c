// Running the models of a device by the clock.

#include "tn_device_impl.h"

int32_t tn_device_step(tn_device_t *device, int32_t model, int32_t budget_us)
{
    tn_device_model_t *m = tn_device_find(device, model);
    if (m == NULL || budget_us < 0) {
        return TN_ERR_ARG;
    }
    if (m->model.step == 0 || m->model.step == m->model.step_count) {
        m->run_us = 0;
    }
    const uint32_t begin = device->clock(device->clock_user);
    uint32_t passed;
    bool done = false;
    do {
        const tn_status_t status = tn_model_step(&m->model, 1, &done);
        if (status != TN_OK) {
            return status;
        }
        passed = device->clock(device->clock_user) - begin;
    } while (!done && passed < (uint32_t)budget_us);
    m->run_us = passed > INT32_MAX - m->run_us ? INT32_MAX : m->run_us + passed;
    return done ? 1 : 0;
}

int32_t tn_device_run(tn_device_t *device, int32_t model, int32_t slice_us)
{
    int32_t done;
    do {
        done = tn_device_step(device, model, slice_us);
    } while (done == 0);
    return done < 0 ? done : TN_OK;
}

int32_t tn_device_run_microseconds(tn_device_t *device, int32_t model)
{
    const tn_device_model_t *m = tn_device_find(device, model);
    return m == NULL ? TN_ERR_ARG : (int32_t)m->run_us;
}

int32_t tn_device_reset(tn_device_t *device, int32_t model)
{
    tn_device_model_t *m = tn_device_find(device, model);
    return m == NULL ? TN_ERR_ARG : tn_model_reset(&m->model);
}

int32_t tn_device_fill_golden(tn_device_t *device, int32_t model, int32_t vector)
{
    tn_device_model_t *m = tn_device_find(device, model);
    if (m == NULL || vector < 0 || vector > UINT16_MAX) {
        return TN_ERR_ARG;
    }
    return tn_model_fill_golden(&m->model, (uint16_t)vector);
}

int32_t tn_device_check_golden(tn_device_t *device, int32_t model, int32_t vector)
{
    const tn_device_model_t *m = tn_device_find(device, model);
    if (m == NULL || vector < 0 || vector > UINT16_MAX) {
        return TN_ERR_ARG;
    }
    return tn_model_check_golden(&m->model, (uint16_t)vector);
}
