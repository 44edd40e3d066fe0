// The rows of constraints.def, for the adapters.
#ifndef TN_ESP_NN_H
#define TN_ESP_NN_H

#ifdef ESP_PLATFORM
#include <sdkconfig.h>  // the chip, and how ESP-NN was configured
#endif
#include <esp_nn.h>

#include "../vendor/tn_vendor.h"

// These make ESP-NN round to nearest by other rules than the reference: results differ by one here and there.
#if defined(CONFIG_NN_SKIP_NUDGE) || defined(SKIP_NUDGE)
#error "TinyNano needs ESP-NN's bit-exact rounding: build without CONFIG_NN_SKIP_NUDGE"
#endif

enum {
#define TN_VENDOR_ROW(kernel, function, scratch, refused) TN_ROW_##kernel,
#include "constraints.def"
#undef TN_VENDOR_ROW
    TN_ROW_COUNT
};

static const uint32_t tn_vendor_rows[] = {
#define TN_VENDOR_ROW(kernel, function, scratch, refused) refused,
#include "constraints.def"
#undef TN_VENDOR_ROW
};

#endif
