// CRC-32 of IEEE 802.3: reflected polynomial 0xEDB88320, initial value and final xor 0xFFFFFFFF.
#ifndef TN_CRC32_H
#define TN_CRC32_H

#include <stddef.h>
#include <stdint.h>

// The checksum of `length` more bytes; `crc` is 0 at first, then the previous result.
uint32_t tn_crc32(uint32_t crc, const uint8_t *bytes, size_t length);

#endif
