// The file behind tn_flash_file.c: mapped for reading, written through. One file per system: tn_flash_posix.c, tn_flash_win32.c.
#ifndef TN_FLASH_BACKING_H
#define TN_FLASH_BACKING_H

#include <stdbool.h>
#include <stdint.h>

typedef struct tn_backing {
    const uint8_t *bytes;  // the whole file, aligned to 16; shows every write
    uint32_t size;
    int file;              // POSIX
    void *stream;          // elsewhere
} tn_backing_t;

// Opens a file of `size` bytes, or makes one of 0xFF. False where it cannot, or where the file has another size.
bool tn_backing_open(tn_backing_t *backing, const char *path, uint32_t size);
void tn_backing_close(tn_backing_t *backing);

bool tn_backing_write(tn_backing_t *backing, uint32_t at, const uint8_t *bytes, uint32_t count);
bool tn_backing_sync(tn_backing_t *backing);

void tn_backing_sleep(uint32_t microseconds);

#endif
