// A stand-in for the header of ESP-IDF: the names that nf-interop uses, and nothing else.
#ifndef ESP_ATTR_H
#define ESP_ATTR_H

#define __NOINIT_ATTR __attribute__((section(".noinit")))

#endif
