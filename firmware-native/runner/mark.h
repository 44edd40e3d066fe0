// Marks for the profiler (host-tools/profiler): functions of one instruction around what it is to tell apart. Its counts leave out all
// functions whose names begin with mark_.
#ifndef MARK_H
#define MARK_H

#include <stdbool.h>
#include <stdint.h>

void mark_begin(void);
void mark_end(void);

// Marks each step; a hook of tn_model_set_hook.
void mark_hook(void *user, uint16_t step, uint8_t op, bool before);

#endif
