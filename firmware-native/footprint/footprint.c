// The least program that uses the runtime whole: what it weighs is what the runtime costs an image.

#include "tn/tn.h"

// Placed by the linker's command line; nothing of them is in the image.
extern const uint8_t footprint_blob[];
extern uint8_t footprint_arena[];

static tn_model_t model;

int footprint(void);

int footprint(void)
{
    tn_io_t io;
    if (tn_model_open(&model, footprint_blob, 1024, footprint_arena, 1024) != TN_OK
        || tn_model_prove(&model) != TN_OK || tn_model_input(&model, 0, &io) != TN_OK || tn_model_run(&model) != TN_OK
        || tn_model_output(&model, 0, &io) != TN_OK) {
        return tn_model_fault(&model).status;
    }
    return 0;
}
