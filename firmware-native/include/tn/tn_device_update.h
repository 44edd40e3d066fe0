// Updates of a device's model over the air: the doors of tn_update.h for untrusted arguments. Included by tn_device.h, whose rules hold.
//
// Without TN_UPDATE every function here gives TN_ERR_CRYPTO: firmware that cannot verify a signature takes no model from the network.
// While a candidate is received, stored or tried, both slots belong to the update: tn_device_slot_erase, _write and _confirm give
// TN_ERR_STATE, and so does opening the slot that receives. Whatever the slot functions change forgets an offer.
#ifndef TN_DEVICE_UPDATE_H
#define TN_DEVICE_UPDATE_H

// What the firmware is and whom it trusts: its hardware class (at most 24 bytes of UTF-8; NULL or "" for none) and `count` public keys.
// Both stay in use. Once after tn_device_init; without it the device trusts nobody. TN_ERR_ARG for a class that is too long, or keys that
// are NULL; TN_ERR_FLASH for flash that cannot hold trials: then every offer is refused.
TN_API int32_t tn_device_set_trust(tn_device_t *device, const char *hardware, const tn_update_key_t *keys, uint32_t count);

/// Watching over the start ///

// Once after the start, before the active slot is opened: counts a start of a trial, and goes back to the model before where there have
// been too many. Returns 1 where it has just gone back, else 0.
TN_API int32_t tn_device_update_boot(tn_device_t *device);

/// Receiving ///

// Verifies a manifest and checks all it says against this device, in PROTOCOL.md's order; keeps it as the offer and changes nothing in
// flash. Returns 0 where it can be begun; 1 where it is under way, installed or refused already, which tn_device_update_status tells.
TN_API int32_t tn_device_update_offer(tn_device_t *device, const uint8_t *manifest, int32_t length, int32_t start, int32_t count);

// Carries out the offer, one sector's erasure or a few KB of hashing a call; a part of it that was done before is not done again.
// Returns 1 when it is done, 0 when steps are left. Results as tn_update_begin; TN_ERR_ARG while a model is open that runs from the
// slot to be erased.
TN_API int32_t tn_device_update_begin_step(tn_device_t *device);

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

// When all parts are there: verifies everything over the flash, a few KB a call. Returns 1 when the candidate is stored, 0 when steps
// are left; TN_ERR_EMPTY where parts are missing, which may be so anew; or why the candidate has been refused.
TN_API int32_t tn_device_update_finish_step(tn_device_t *device);

// All steps. Returns 0.
TN_API int32_t tn_device_update_finish(tn_device_t *device);

/// Trying ///

// Verifies the stored candidate once more and makes its slot the active one, on trial. Models that are open go on running from where
// they are. Returns 1 when that is done, 0 when steps are left.
TN_API int32_t tn_device_update_activate_step(tn_device_t *device);

// All steps. Returns 0.
TN_API int32_t tn_device_update_activate(tn_device_t *device);

// Ends the trial: the candidate is the confirmed model.
TN_API int32_t tn_device_update_confirm(tn_device_t *device);

// Refuses the candidate before its activation, or ends its trial by going back to the model before. `status` is the negative status that
// says why.
TN_API int32_t tn_device_update_refuse(tn_device_t *device, int32_t status);
TN_API int32_t tn_device_update_revert(tn_device_t *device, int32_t status);

// Fills the fields TN_UPDATE_FIELD_* of tn_update.h. Returns how many there are, TN_UPDATE_FIELDS; TN_ERR_ARG for a shorter array.
TN_API int32_t tn_device_update_status(tn_device_t *device, int32_t *fields, int32_t length);

#endif
