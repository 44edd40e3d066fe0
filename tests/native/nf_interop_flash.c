// Slots in RAM for the tests of nf-interop.

#include "ram_flash.h"
#include "tn_port.h"

const tn_flash_t *tn_port_flash(void)
{
    static ram_flash_t ram;
    static bool ready;
    if (!ready) {
        ram_flash_init(&ram, 4, 1);
        ready = true;
    }
    return &ram.flash;
}
