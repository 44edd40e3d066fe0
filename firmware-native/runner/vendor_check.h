#ifndef VENDOR_CHECK_H
#define VENDOR_CHECK_H

#include <stdint.h>

// From the program around the check: the console.
void vendor_check_print(const char *line);

// The number of layers that differ.
int vendor_check(uint32_t seed, int32_t shapes);

// 0 when the blob ran.
int vendor_check_trace(uint8_t *blob, uint32_t size, uint8_t *arena, uint32_t arena_size);

#endif
