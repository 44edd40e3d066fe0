// Firmware without model slots: models come with the application and are staged into the arena.

#include <stddef.h>

#include "tn_port.h"

const tn_flash_t *tn_port_flash(void)
{
    return NULL;
}
