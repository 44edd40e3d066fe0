#include "clr_heap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POISON = 0xDB };

struct object {
    uint8_t *bytes;
    uint8_t *before;  // where it lay until the last collection
    uint32_t count;
    uint32_t size;
};

static object objects[CLR_OBJECTS];
static int object_count;
static int stray_writes;

bool clr_heap_is_full;

static uint32_t bytes_of(const object &at)
{
    return at.count * at.size;
}

// One byte more than needed: malloc(0) may be NULL.
static uint8_t *room(uint32_t bytes)
{
    uint8_t *at = static_cast<uint8_t *>(malloc(bytes + 1u));
    if (at == NULL) {
        printf("the test is out of memory\n");
        abort();
    }
    return at;
}

static object &find(clr_object_t reference)
{
    if (reference < 1 || reference > object_count) {
        printf("there is no object %d\n", reference);
        abort();
    }
    return objects[reference - 1];
}

static void forget_before(object &at)
{
    if (at.before == NULL) {
        return;
    }
    for (uint32_t i = 0; i < bytes_of(at); i++) {
        if (at.before[i] != POISON) {
            stray_writes++;
            break;
        }
    }
    free(at.before);
    at.before = NULL;
}

clr_object_t clr_new_array(uint32_t count, uint32_t size)
{
    if (object_count == CLR_OBJECTS) {
        printf("the stand-in holds %d objects\n", CLR_OBJECTS);
        abort();
    }
    object &at = objects[object_count++];
    at.count = count;
    at.size = size;
    at.before = NULL;
    at.bytes = room(count * size);
    memset(at.bytes, 0, count * size);
    return object_count;
}

void *clr_address(clr_object_t reference)
{
    return reference == 0 ? NULL : find(reference).bytes;
}

uint32_t clr_count(clr_object_t reference)
{
    return find(reference).count;
}

uint32_t clr_element_size(clr_object_t reference)
{
    return find(reference).size;
}

void clr_heap_reset(void)
{
    for (int i = 0; i < object_count; i++) {
        forget_before(objects[i]);
        free(objects[i].bytes);
    }
    object_count = 0;
    stray_writes = 0;
    clr_heap_is_full = false;
}

void clr_collect(void)
{
    for (int i = 0; i < object_count; i++) {
        object &at = objects[i];
        uint8_t *moved = room(bytes_of(at));
        memcpy(moved, at.bytes, bytes_of(at));
        forget_before(at);
        at.before = at.bytes;
        memset(at.before, POISON, bytes_of(at));
        at.bytes = moved;
#ifdef CLR_SANITIZED
        free(at.before);
        at.before = NULL;
#endif
    }
}

clr_object_t clr_new_string(const char *text)
{
    clr_collect();
    if (clr_heap_is_full) {
        return 0;
    }
    const uint32_t length = static_cast<uint32_t>(strlen(text));
    const clr_object_t string = clr_new_array(length + 1u, 1);
    memcpy(clr_address(string), text, length);
    return string;
}

int clr_stray_writes(void)
{
    for (int i = 0; i < object_count; i++) {
        forget_before(objects[i]);
    }
    return stray_writes;
}
