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
    TN_ERR_TARGET = -12,   // blob packed for another target
    TN_ERR_MANIFEST = -13, // manifest is malformed
    TN_ERR_KEY = -14,      // key of the manifest is not in the firmware
    TN_ERR_REVOKED = -15,  // key of the manifest has been revoked
    TN_ERR_SIGNATURE = -16, // signature of the manifest is wrong
    TN_ERR_COUNTER = -17,  // security counter is below the device's
    TN_ERR_STALE = -18,    // manifest was issued before the one that the device accepted last
    TN_ERR_HARDWARE = -19, // manifest is for another hardware class
    TN_ERR_SIZE = -20,     // blob does not fit the slot
    TN_ERR_HASH = -21,     // stored bytes are not those that were signed
    TN_ERR_MISMATCH = -22, // header of the blob says otherwise than the manifest
    TN_ERR_LATENCY = -23,  // proof took longer than the manifest allows
    TN_ERR_HEALTH = -24,   // candidate failed its trial
    TN_ERR_RESTARTS = -25, // device restarted too often during the trial
    TN_ERR_WITHDRAWN = -26, // publisher has withdrawn the model
    TN_ERR_STATE = -27,    // not possible in this state of the update
    TN_ERR_TIMEOUT = -28,  // server did not answer
    TN_ERR_CRYPTO = -29,   // firmware cannot verify signatures
    TN_ERR_SHADOW = -30    // candidate disagreed with the confirmed model too often
} tn_status_t;

#endif
