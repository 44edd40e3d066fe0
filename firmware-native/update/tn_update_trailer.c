// The trailer of a slot: manifest, index and journal behind the blob. The journal only grows; what a power cut has torn fails its check.

#include "tn_update_impl.h"

bool tn_layout_fits(const tn_slots_t *slots, const tn_manifest_t *m, tn_layout_t *place)
{
    const uint32_t slot_bytes = tn_slots_bytes(slots);
    const uint32_t parts = tn_manifest_parts(m);
    place->stride = slots->flash->unit > 4 ? slots->flash->unit : 4;
    place->index_bytes = m->chunks * TN_INDEX_ENTRY_BYTES;
    // At most 65535 chunks of 16 bytes and 67583 entries of 32: sums stay below 2^32 with a blob of at most 2^27 bytes.
    const uint32_t index_room = (place->index_bytes + 31u) / 32u * 32u;
    const uint32_t journal = (parts + TN_JOURNAL_SPARE) * place->stride;
    const uint32_t blob = (m->blob_bytes + 31u) / 32u * 32u;
    if (slot_bytes < TN_MANIFEST_BYTES || index_room + journal + blob > slot_bytes - TN_MANIFEST_BYTES) {
        return false;
    }
    place->manifest_at = slot_bytes - TN_MANIFEST_BYTES;
    place->index_at = place->manifest_at - index_room;
    place->room = (place->index_at - blob) / place->stride;
    return true;
}

bool tn_is_erased(const tn_slots_t *slots, uint32_t slot, uint32_t offset, uint32_t count)
{
    const uint8_t *bytes = tn_slot_bytes_at(slots, slot) + offset;
    for (uint32_t i = 0; i < count; i++) {
        if (bytes[i] != 0xFF) {
            return false;
        }
    }
    return true;
}

bool tn_program(const tn_slots_t *slots, uint32_t slot, uint32_t offset, const uint8_t *bytes, uint32_t count)
{
    return slots->flash->program(slots->flash->user, slot, offset, bytes, count)
        && memcmp(tn_slot_bytes_at(slots, slot) + offset, bytes, count) == 0;
}

static uint32_t entry_at(const tn_layout_t *place, uint32_t entry)
{
    return place->index_at - (entry + 1u) * place->stride;
}

// The parts in a sector that is erased once more.
static void lose_sector(const tn_slots_t *slots, const tn_manifest_t *m, uint32_t sector, uint8_t *stored)
{
    const uint32_t size = slots->flash->areas[TN_AREA_SLOT0].sector_bytes;
    if (sector >= tn_slots_sectors(slots)) {
        return;
    }
    for (uint32_t chunk = sector * size / m->chunk_bytes; chunk < m->chunks && chunk * m->chunk_bytes < (sector + 1u) * size; chunk++) {
        const uint32_t part = m->pages + chunk;
        stored[part / 8] &= (uint8_t)~(1u << part % 8);
    }
}

static void read_entry(const tn_slots_t *slots, tn_trailer_t *t, uint32_t value, uint8_t *stored)
{
    if (value == TN_ENTRY_VERIFIED) {
        t->verified = true;
    } else if (value > TN_ENTRY_VERIFIED) {
        return;
    } else if (value >= TN_ENTRY_REVERTED) {
        t->closed = value >= TN_ENTRY_REFUSED ? TN_UPDATE_REFUSED : TN_UPDATE_REVERTED;
        t->status = (int16_t)-(int32_t)(value & 0xFFu);
    } else if (value >= TN_ENTRY_SECTOR) {
        t->verified = false;
        if (stored != NULL) {
            lose_sector(slots, &t->manifest, value - TN_ENTRY_SECTOR, stored);
        }
    } else if (stored != NULL && value < tn_manifest_parts(&t->manifest)) {
        stored[value / 8] |= (uint8_t)(1u << value % 8);
    }
}

bool tn_trailer_read(const tn_slots_t *slots, uint32_t slot, tn_trailer_t *t, uint8_t *stored)
{
    memset(t, 0, sizeof *t);
    if (tn_slots_bytes(slots) < TN_MANIFEST_BYTES) {
        return false;
    }
    t->bytes = tn_slot_bytes_at(slots, slot) + tn_slots_bytes(slots) - TN_MANIFEST_BYTES;
    if (tn_manifest_read(&t->manifest, t->bytes, TN_MANIFEST_BYTES) != TN_OK || t->manifest.kind != TN_MANIFEST_INSTALL
        || tn_manifest_parts(&t->manifest) > TN_UPDATE_PARTS || !tn_layout_fits(slots, &t->manifest, &t->place)) {
        return false;
    }
    uint32_t erased = 0;
    for (uint32_t i = 0; i < t->place.room && erased < TN_JOURNAL_END; i++) {
        const uint32_t at = entry_at(&t->place, i);
        const uint32_t entry = tn_read_u32(tn_slot_bytes_at(slots, slot) + at);
        if (tn_is_erased(slots, slot, at, t->place.stride)) {
            // An entry that a power cut took back, before a later one that it did not.
            erased++;
            continue;
        }
        erased = 0;
        t->entries = i + 1;
        if ((entry & 0xFFFFu) == (~entry >> 16 & 0xFFFFu)) {
            read_entry(slots, t, entry & 0xFFFFu, stored);
        }
    }
    return true;
}

bool tn_journal_add(tn_update_t *u, uint32_t value, bool end)
{
    tn_layout_t place;
    uint8_t bytes[TN_FLASH_UNIT_MOST];
    if (!tn_layout_fits(u->slots, &u->manifest, &place) || u->journal >= place.room - (end ? 0 : TN_JOURNAL_RESERVE)) {
        return false;
    }
    memset(bytes, 0xFF, sizeof bytes);
    for (uint32_t i = 0; i < 2; i++) {
        bytes[i] = (uint8_t)(value >> 8 * i);
        bytes[2 + i] = (uint8_t)(~value >> 8 * i);
    }
    const uint32_t at = entry_at(&place, u->journal);
    u->journal++;
    return tn_program(u->slots, (uint32_t)u->slot, at, bytes, place.stride);
}
