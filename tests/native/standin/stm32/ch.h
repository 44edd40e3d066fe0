// A stand-in for the header of ChibiOS: the names that nf-interop/ports uses, and nothing else.
#ifndef CH_H
#define CH_H

#include <stdint.h>

uint32_t chSysGetRealtimeCounterX(void);

#endif
