// Updates of a device's model over the air: the doors of tn_update.h for untrusted arguments. Included by tn_device.h, whose rules hold.
//
// Without TN_UPDATE every function here gives TN_ERR_CRYPTO: firmware that cannot verify a signature takes no model from the network.
// Without flash they give TN_ERR_FLASH. While a candidate is being received, stored or tried, both slots belong to the update:
// tn_device_slot_erase, _write and _confirm then give TN_ERR_STATE.
#ifndef TN_DEVICE_UPDATE_H
#define TN_DEVICE_UPDATE_H

typedef struct tn_update_key { uint8_t id[8]; uint8_t point[64]; bool revoked; } tn_update_key_t;

// What the device trusts: its hardware class (UTF-8, up to 24 bytes) and `count` public keys. Both stay in use. Call it before
// tn_device_update_boot. TN_ERR_ARG for a class that is too long, or keys that are NULL; TN_ERR_CRYPTO without TN_UPDATE.
TN_API int32_t tn_device_set_trust(tn_device_t *device, const char *hardware, const tn_update_key_t *keys, uint32_t count);

/// Watching over the start ///

// Once after the start, before the active slot is opened: counts a start of a trial, and goes back to the model before where there have
// been too many. Returns 1 where it has just gone back, else 0.
TN_API int32_t tn_device_update_boot(tn_device_t *device);

/// Receiving ///

// Verifies a manifest and checks all it says against this device, in PROTOCOL.md's order; keeps it as the offer and changes nothing in
// flash. Returns 0 where it can be begun; 1 where it is under way, installed or refused already, which tn_device_update_status tells.
TN_API int32_t tn_device_update_offer(tn_device_t *device, const uint8_t *manifest, int32_t length, int32_t start, int32_t count);

// Carries out the offer in steps 0, 1, ...: erases the slot sector by sector and writes the trailer, or goes on with what the
// slot holds of this manifest; reverts or revokes. Returns 1 after the last step, 0 before. TN_ERR_ARG while a model is open that runs from
// the slot; TN_ERR_STATE without an offer, or where a step does not follow the one before.
TN_API int32_t tn_device_update_begin_step(tn_device_t *device, int32_t step);

// All steps. Returns 0.
TN_API int32_t tn_device_update_begin(tn_device_t *device);

// The first part from `from` on that is not stored; TN_ERR_EMPTY where there is none.
TN_API int32_t tn_device_update_missing(tn_device_t *device, int32_t from);

// Stores a part. Returns 0; 1 where it was there already; TN_ERR_HASH for bytes that were not signed: then nothing is written.
TN_API int32_t tn_device_update_store(tn_device_t *device, int32_t part, const uint8_t *data, int32_t length, int32_t start, int32_t count);

// The same with bytes of the active slot from `offset` on.
TN_API int32_t tn_device_update_copy(tn_device_t *device, int32_t part, int32_t offset);

// The same with what a patch of PROTOCOL.md makes of the active slot.
TN_API int32_t tn_device_update_patch(tn_device_t *device, int32_t part, const uint8_t *data, int32_t length, int32_t start, int32_t count);

// When all parts are there: hashes the blob in steps 0, 1, ... and compares its header with the manifest. Returns 1 when the candidate is
// stored, 0 when steps are left, or why the candidate has been refused.
TN_API int32_t tn_device_update_finish_step(tn_device_t *device, int32_t step);

// All steps. Returns 0.
TN_API int32_t tn_device_update_finish(tn_device_t *device);

/// Trying ///

// Makes the stored candidate the active slot, on trial. Models that are open stay open and go on running from where they are.
TN_API int32_t tn_device_update_activate(tn_device_t *device);

// Ends the trial: the candidate is the confirmed model.
TN_API int32_t tn_device_update_confirm(tn_device_t *device);

// Refuses the candidate before its activation, or ends its trial by going back to the model before. `status` is the negative status that
// says why.
TN_API int32_t tn_device_update_refuse(tn_device_t *device, int32_t status);
TN_API int32_t tn_device_update_revert(tn_device_t *device, int32_t status);

// Fields that tn_device_update_status fills: 0 state, 1 status, 2 session, 3 rollout, 4 model_version, 5 parts, 6 parts_stored, 7 pages,
// 8 chunk_bytes, 9 candidate slot (-1: none), 10 security counter, 11 latency_budget, 12 health_seconds, 13 attempts, 14 base_crc,
// 15 base_bytes, 16 shadow_every, 17 shadow_samples, 18 shadow_agreement, 19 kind of the manifest, 20 issued (of the manifest accepted
// last), 21 blob_bytes. Names are PROTOCOL.md's; u32 fields as the int32 of the same bits.
#define TN_UPDATE_FIELDS 22

// Returns how many it has filled; TN_ERR_ARG for an array of less than TN_UPDATE_FIELDS.
TN_API int32_t tn_device_update_status(tn_device_t *device, int32_t *fields, int32_t length);

#endif
