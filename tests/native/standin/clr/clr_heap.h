// The managed heap of the stand-in: arrays and strings that a collection moves. Where an object lay before is filled with a pattern
// and looked at again at the next collection, so that an address kept from an earlier call shows: what it reads is the pattern,
// what it writes is found, and with the address sanitizer it is an error at once.
#ifndef CLR_HEAP_H
#define CLR_HEAP_H

#include <stdint.h>

// A reference; 0 is null.
typedef int clr_object_t;

enum { CLR_OBJECTS = 64 };

// Makes an array of `count` elements of `size` bytes, all zero.
clr_object_t clr_new_array(uint32_t count, uint32_t size);

// As a native method gets it: until the next collection. NULL for null.
void *clr_address(clr_object_t object);

uint32_t clr_count(clr_object_t object);
uint32_t clr_element_size(clr_object_t object);

// Forgets all objects.
void clr_heap_reset(void);

// Moves every object.
void clr_collect(void);

// Makes a string; it collects first. Null where clr_heap_is_full has been set.
clr_object_t clr_new_string(const char *text);
extern bool clr_heap_is_full;

// Writes to where an object had lain before, since the last reset.
int clr_stray_writes(void);

#endif
