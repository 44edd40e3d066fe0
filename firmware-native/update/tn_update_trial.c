// A trial after starts, and its bad end. The journal of the model on trial says first that it has failed: from then on every start takes
// it back, until the selector says so too.

#include "tn_update_impl.h"

// Ends the trial. `m` is NULL, or the manifest that commands it.
int32_t tn_update_end_trial(tn_update_t *u, int32_t status, const tn_manifest_t *m, uint32_t session)
{
    const tn_flash_t *flash = u->slots->flash;
    if (!u->reverting && u->slot >= 0) {
        // Where the journal cannot take it, the device forgets at most why.
        (void)tn_journal_add(u, TN_ENTRY_REVERTED + ((uint32_t)-status & 0xFFu), true);
        (void)flash->sync(flash->user);
    }
    u->reverting = true;
    u->status = (int16_t)status;
    const uint32_t sequence = u->slots->sequence;
    const tn_status_t written = tn_update_go_back(u, m, session);
    if (u->slots->trial != TN_TRIAL_NONE || u->slots->sequence == sequence) {
        return written == TN_OK ? TN_ERR_FLASH : written;
    }
    tn_update_load(u);
    u->state = TN_UPDATE_REVERTED;
    u->status = (int16_t)status;
    return TN_OK;
}

int32_t tn_update_revert(tn_update_t *u, int32_t status)
{
    u->work = TN_WORK_NONE;
    if (status >= 0 || status < -255) {
        return TN_ERR_ARG;
    }
    return u->state == TN_UPDATE_TRIAL ? tn_update_end_trial(u, status, NULL, 0) : TN_ERR_STATE;
}

int32_t tn_update_boot(tn_update_t *u)
{
    const tn_slots_t *slots = u->slots;
    const tn_flash_t *flash = slots->flash;
    u->work = TN_WORK_NONE;
    if (u->state != TN_UPDATE_TRIAL) {
        return 0;
    }
    if (u->reverting || u->attempts >= TN_UPDATE_ATTEMPTS) {
        const int32_t status = tn_update_end_trial(u, u->reverting ? u->status : TN_ERR_RESTARTS, NULL, 0);
        return status == TN_OK ? 1 : status;
    }
    static const uint8_t started[TN_FLASH_UNIT_MOST] = {0};
    const uint32_t sector = (uint32_t)slots->sector * flash->areas[TN_AREA_SELECT].sector_bytes;
    const uint32_t at = sector + TN_SLOT_ATTEMPTS_AT + u->attempts * TN_SLOT_ATTEMPT_BYTES;
    u->attempts++;
    const bool ok = flash->program(flash->user, TN_AREA_SELECT, at, started, flash->unit) && flash->sync(flash->user);
    if (tn_update_attempts(slots) < u->attempts) {
        // Flash that cannot count starts must not let the trial go on for ever.
        const int32_t status = tn_update_end_trial(u, TN_ERR_FLASH, NULL, 0);
        return status == TN_OK ? 1 : status;
    }
    return ok ? 0 : TN_ERR_FLASH;
}
