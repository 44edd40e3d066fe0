// Flash in a file, for virtual devices on a desk computer. In the shared library only.
#ifndef TN_FLASH_FILE_H
#define TN_FLASH_FILE_H

#include "tn/tn_flash.h"

#ifdef __cplusplus
extern "C" {
#endif

// Opens the flash stored in `path` (UTF-8), or makes an erased one where there is no such file: slot 0, slot 1, selector, one after the
// other, nothing else. All sectors have `sector_bytes`; `slot_bytes` is a multiple of it; `unit` as in tn_flash.h.
//
// The process may be killed at any instant: the file then holds what a flash holds after a power cut. An operation is done in pieces,
// and with `erase_us` or `program_us` it takes at least so many microseconds, so that a kill can hit the middle of it.
//
// Returns NULL where the geometry is not a legal one, or the file cannot be opened or has another size.
TN_API tn_flash_t *tn_flash_file_open(const char *path, uint32_t sector_bytes, uint32_t slot_bytes, uint32_t unit, uint32_t erase_us,
                                      uint32_t program_us);

// No device may use the flash any more.
TN_API void tn_flash_file_close(tn_flash_t *flash);

// A tn_clock_t: the computer's monotonic clock. `user` is not used.
TN_API uint32_t tn_clock_monotonic(void *user);

#ifdef __cplusplus
}
#endif

#endif
