#include "clr_threads.h"
#include "tn_port.h"

uint32_t tn_port_clock(void *user)
{
    (void)user;
    return static_cast<uint32_t>(clr_now());
}
