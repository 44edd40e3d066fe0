// What tn_update_status tells.

#include "tn_update_impl.h"

int32_t tn_update_status(const tn_update_t *u, int32_t *fields, uint32_t count)
{
    const tn_manifest_t *m = &u->manifest;
    const tn_slots_t *slots = u->slots;
    const bool install = m->kind == TN_MANIFEST_INSTALL;
    const bool candidate = tn_under_way(u) || u->state == TN_UPDATE_TRIAL;
    uint32_t all[TN_UPDATE_FIELDS] = {0};
    uint32_t base_bytes;
    all[TN_UPDATE_FIELD_STATE] = u->state;
    all[TN_UPDATE_FIELD_STATUS] = (uint32_t)u->status;
    all[TN_UPDATE_FIELD_SESSION] = u->session;
    all[TN_UPDATE_FIELD_ROLLOUT] = m->rollout;
    all[TN_UPDATE_FIELD_MODEL_VERSION] = m->model_version;
    all[TN_UPDATE_FIELD_PARTS] = install ? tn_manifest_parts(m) : 0;
    all[TN_UPDATE_FIELD_PARTS_STORED] = u->parts_stored;
    all[TN_UPDATE_FIELD_PAGES] = m->pages;
    all[TN_UPDATE_FIELD_CHUNK_BYTES] = m->chunk_bytes;
    all[TN_UPDATE_FIELD_CANDIDATE] = candidate ? (uint32_t)tn_update_candidate(u) : 0xFFFFFFFFu;
    all[TN_UPDATE_FIELD_COUNTER] = slots->flash != NULL ? tn_update_floor(u) : 0;
    all[TN_UPDATE_FIELD_LATENCY_BUDGET] = m->latency_budget;
    all[TN_UPDATE_FIELD_HEALTH_SECONDS] = m->health_seconds;
    all[TN_UPDATE_FIELD_ATTEMPTS] = u->attempts;
    if (slots->active >= 0 && tn_slots_length(slots, (uint32_t)slots->active, &base_bytes) == TN_OK) {
        all[TN_UPDATE_FIELD_BASE_CRC] = tn_read_u32(tn_slot_bytes_at(slots, (uint32_t)slots->active) + 12);
        all[TN_UPDATE_FIELD_BASE_BYTES] = base_bytes;
    }
    all[TN_UPDATE_FIELD_SHADOW_EVERY] = m->shadow_every;
    all[TN_UPDATE_FIELD_SHADOW_SAMPLES] = m->shadow_samples;
    all[TN_UPDATE_FIELD_SHADOW_AGREEMENT] = m->shadow_agreement;
    all[TN_UPDATE_FIELD_KIND] = m->kind;
    all[TN_UPDATE_FIELD_ISSUED] = slots->issued;
    all[TN_UPDATE_FIELD_BLOB_BYTES] = m->blob_bytes;
    for (uint32_t i = 0; i < count && i < TN_UPDATE_FIELDS && fields != NULL; i++) {
        fields[i] = (int32_t)all[i];
    }
    return TN_UPDATE_FIELDS;
}
