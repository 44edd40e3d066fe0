// Status codes. They travel: C -> managed exception -> telemetry -> a sentence of `tinynano explain`.
// docs/SPEC.md holds the table; codes are never renumbered, and a contract test compares both.
#ifndef TN_STATUS_H
#define TN_STATUS_H

typedef enum tn_status {
    TN_OK = 0,
    TN_ERR_ARG = -1,       // the caller broke the API contract
    TN_ERR_FORMAT = -2,    // structure out of bounds or out of order
    TN_ERR_VERSION = -3,   // blob version or kernel ABI unknown to this runtime
    TN_ERR_CHECKSUM = -4,  // bytes changed after emission
    TN_ERR_OP = -5,        // operator not in this image
    TN_ERR_LIMIT = -6,     // valid, but beyond a build limit
    TN_ERR_ARENA = -7,     // arena too small or misaligned
    TN_ERR_TYPE = -8,      // operator in this image, but not for these element types
    TN_ERR_PROOF = -9,     // golden vectors of the blob do not come out on this device
    TN_ERR_EMPTY = -10,    // no model in the slot
    TN_ERR_FLASH = -11,    // the flash refused an erase or a write
    TN_ERR_TARGET = -12    // blob packed for another target
} tn_status_t;

#endif
