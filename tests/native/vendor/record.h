// The log of the stand-ins for vendor libraries: what an adapter asked for, as text.
#ifndef VENDOR_RECORD_H
#define VENDOR_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The settings of a case: what the stand-in's size functions answer, and what its kernels do.
extern int32_t standin_scratch;
extern bool standin_fails;

void record_text(const char *format, ...);

// " name=x" for the tensors of a case, "copy" for a block of the scratch, "none" for NULL.
void record_pointer(const char *name, const void *pointer);

// " name=1,2,3"
void record_numbers(const char *name, const int32_t *numbers, int32_t count);

// Writes all over a block, so that a sanitizer tells when it is shorter than was said.
void touch(void *block, int64_t bytes);

#endif
