// Slots in RAM for the tests of nf-interop.

#include <stddef.h>

#include "tn_flash_ram.h"
#include "tn_port.h"

const tn_flash_t *tn_port_flash(void)
{
    static const tn_flash_t *flash;
    if (flash == NULL) {
        flash = tn_flash_ram_open(512, 2048, 4);
    }
    return flash;
}
