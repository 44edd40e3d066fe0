// Parts: which are missing, and how one gets into the slot. A part is verified before it is written, and on the flash for good before the
// journal says so. What a power cut has torn is erased with its sector, after the journal has said that too.

#include "tn_update_impl.h"

/// Where, and whether right ///

void tn_part_range(const tn_manifest_t *m, const tn_layout_t *place, uint32_t part, uint32_t *at, uint32_t *bytes)
{
    const bool page = part < m->pages;
    const uint32_t from = (page ? part : part - m->pages) * m->chunk_bytes;
    const uint32_t rest = (page ? place->index_bytes : m->blob_bytes) - from;
    *at = (page ? place->index_at : 0) + from;
    *bytes = rest < m->chunk_bytes ? rest : m->chunk_bytes;
}

static void range_of(const tn_update_t *u, uint32_t part, uint32_t *at, uint32_t *bytes)
{
    tn_layout_t place;
    (void)tn_layout_fits(u->slots, &u->manifest, &place);
    tn_part_range(&u->manifest, &place, part, at, bytes);
}

static const uint8_t *index_bytes(const tn_update_t *u, tn_layout_t *place)
{
    (void)tn_layout_fits(u->slots, &u->manifest, place);
    return tn_slot_bytes_at(u->slots, (uint32_t)u->slot) + place->index_at;
}

bool tn_is_index_entry(const tn_update_t *u, uint32_t chunk, const uint8_t digest[TN_SHA256_BYTES])
{
    tn_layout_t place;
    return memcmp(digest, index_bytes(u, &place) + chunk * TN_INDEX_ENTRY_BYTES, TN_INDEX_ENTRY_BYTES) == 0;
}

bool tn_chunk_is_right(tn_update_t *u, uint32_t chunk, const uint8_t *bytes, uint32_t count)
{
    uint8_t digest[TN_SHA256_BYTES];
    return tn_hash_begin(&u->hash) && tn_hash_add(&u->hash, bytes, count) && tn_hash_end(&u->hash, digest)
        && tn_is_index_entry(u, chunk, digest);
}

bool tn_index_is_right(tn_update_t *u, const uint8_t *last, uint32_t last_at, uint32_t last_bytes)
{
    tn_layout_t place;
    uint8_t digest[TN_SHA256_BYTES];
    const uint8_t *index = index_bytes(u, &place);
    return tn_hash_begin(&u->hash) && tn_hash_add(&u->hash, index, last_at) && tn_hash_add(&u->hash, last, last_bytes)
        && tn_hash_add(&u->hash, index + last_at + last_bytes, place.index_bytes - last_at - last_bytes) && tn_hash_end(&u->hash, digest)
        && memcmp(digest, u->manifest.index_root, sizeof digest) == 0;
}

static uint32_t pages_missing(const tn_update_t *u)
{
    uint32_t missing = 0;
    for (uint32_t page = 0; page < u->manifest.pages; page++) {
        missing += !tn_bit(u->stored, page);
    }
    return missing;
}

static uint32_t round_up(const tn_update_t *u, uint32_t bytes)
{
    const uint32_t unit = u->slots->flash->unit;
    return (bytes + unit - 1) / unit * unit;
}

/// Sectors that are erased once more ///

// Whether a sector holds something of the trailer, after `entries` more of the journal.
static bool holds_trailer(const tn_update_t *u, uint32_t sector, uint32_t entries)
{
    tn_layout_t place;
    (void)tn_layout_fits(u->slots, &u->manifest, &place);
    return (sector + 1) * u->slots->flash->areas[TN_AREA_SLOT0].sector_bytes > place.index_at - (u->journal + entries) * place.stride;
}

static void count_stored(tn_update_t *u)
{
    u->parts_stored = 0;
    for (uint32_t part = 0; part < tn_manifest_parts(&u->manifest); part++) {
        u->parts_stored = (uint16_t)(u->parts_stored + tn_bit(u->stored, part));
    }
}

// Forgets every chunk that shares a sector with [first, last].
static void lose_sectors(tn_update_t *u, uint32_t first, uint32_t last)
{
    const uint32_t size = u->slots->flash->areas[TN_AREA_SLOT0].sector_bytes;
    for (uint32_t part = u->manifest.pages; part < tn_manifest_parts(&u->manifest); part++) {
        uint32_t at, bytes;
        range_of(u, part, &at, &bytes);
        if (at < (last + 1) * size && at + bytes > first * size) {
            u->stored[part / 8] &= (uint8_t)~(1u << part % 8);
        }
    }
    count_stored(u);
}

// Erases the sectors of a chunk whose place cannot be programmed. The journal says so first: power may fail between any two steps.
static int32_t reclaim(tn_update_t *u, uint32_t part)
{
    const tn_flash_t *flash = u->slots->flash;
    const uint32_t size = flash->areas[TN_AREA_SLOT0].sector_bytes;
    uint32_t at, bytes;
    range_of(u, part, &at, &bytes);
    const uint32_t first = at / size;
    const uint32_t last = (at + round_up(u, bytes) - 1) / size;
    if (part < u->manifest.pages || holds_trailer(u, last, last - first + 1)) {
        tn_update_give_up(u);
        return TN_ERR_FLASH;
    }
    for (uint32_t sector = first; sector <= last; sector++) {
        if (!tn_journal_add(u, TN_ENTRY_SECTOR + sector, false) || !flash->sync(flash->user)) {
            tn_update_give_up(u);
            return TN_ERR_FLASH;
        }
    }
    lose_sectors(u, first, last);
    for (uint32_t sector = first; sector <= last; sector++) {
        if (tn_slots_erase(u->slots, (uint32_t)u->slot, sector) != TN_OK) {
            return TN_ERR_FLASH;
        }
    }
    return TN_OK;
}

/// At the start ///

bool tn_parts_usable(tn_update_t *u)
{
    const uint32_t size = u->slots->flash->areas[TN_AREA_SLOT0].sector_bytes;
    const uint8_t *slot = tn_slot_bytes_at(u->slots, (uint32_t)u->slot);
    u->index_whole = pages_missing(u) == 0;
    if (u->index_whole && !tn_index_is_right(u, NULL, 0, 0)) {
        return false;
    }
    for (uint32_t part = 0; part < tn_manifest_parts(&u->manifest); part++) {
        uint32_t at, bytes;
        range_of(u, part, &at, &bytes);
        const uint32_t last = (at + round_up(u, bytes) - 1) / size;
        if (tn_bit(u->stored, part) || !(part < u->manifest.pages || holds_trailer(u, last, 0))
            || tn_is_erased(u->slots, (uint32_t)u->slot, at, round_up(u, bytes))) {
            continue;
        }
        if (part < u->manifest.pages || !u->index_whole || !tn_chunk_is_right(u, part - u->manifest.pages, slot + at, bytes)) {
            return false;
        }
    }
    return true;
}

int32_t tn_parts_repair(tn_update_t *u)
{
    int32_t wrong = 0;
    if (!tn_index_is_right(u, NULL, 0, 0)) {
        tn_update_give_up(u);
        return TN_ERR_STATE;
    }
    for (uint32_t part = u->manifest.pages; part < tn_manifest_parts(&u->manifest); part++) {
        uint32_t at, bytes;
        range_of(u, part, &at, &bytes);
        if (!tn_bit(u->stored, part)
            || tn_chunk_is_right(u, part - u->manifest.pages, tn_slot_bytes_at(u->slots, (uint32_t)u->slot) + at, bytes)) {
            continue;
        }
        wrong++;
        if (reclaim(u, part) != TN_OK) {
            return TN_ERR_STATE;
        }
    }
    return wrong;
}

int32_t tn_update_missing(tn_update_t *u, uint32_t from)
{
    u->work = TN_WORK_NONE;
    if (u->state != TN_UPDATE_RECEIVING) {
        return TN_ERR_STATE;
    }
    for (uint32_t part = from; part < tn_manifest_parts(&u->manifest); part++) {
        if (!tn_bit(u->stored, part)) {
            return (int32_t)part;
        }
    }
    return TN_ERR_EMPTY;
}

/// Storing ///

// Whether a part may come now: TN_OK, 1 where it is there, or a status. Gives its place.
int32_t tn_part_enter(tn_update_t *u, uint32_t part, uint32_t *at, uint32_t *bytes)
{
    u->work = TN_WORK_NONE;
    if (u->state != TN_UPDATE_RECEIVING) {
        return TN_ERR_STATE;
    }
    if (part >= tn_manifest_parts(&u->manifest)) {
        return TN_ERR_ARG;
    }
    range_of(u, part, at, bytes);
    if (tn_bit(u->stored, part)) {
        return 1;
    }
    return part >= u->manifest.pages && !u->index_whole ? TN_ERR_EMPTY : TN_OK;
}

// The part is on the flash: for good, and then known.
int32_t tn_part_leave(tn_update_t *u, uint32_t part)
{
    const tn_flash_t *flash = u->slots->flash;
    if (!flash->sync(flash->user)) {
        return TN_ERR_FLASH;
    }
    if (!tn_journal_add(u, part, false)) {
        tn_layout_t place;
        (void)tn_layout_fits(u->slots, &u->manifest, &place);
        if (u->journal >= place.room - TN_JOURNAL_RESERVE) {
            tn_update_give_up(u);
        }
        return TN_ERR_FLASH;
    }
    u->stored[part / 8] |= (uint8_t)(1u << part % 8);
    u->parts_stored++;
    u->index_whole = u->index_whole || pages_missing(u) == 0;
    return TN_OK;
}

// Makes the place of a part ready to be programmed; 1 where the part is there already, written just before a power cut.
int32_t tn_part_clear(tn_update_t *u, uint32_t part, uint32_t at, uint32_t bytes)
{
    if (tn_is_erased(u->slots, (uint32_t)u->slot, at, round_up(u, bytes))) {
        return TN_OK;
    }
    if (part >= u->manifest.pages
        && tn_chunk_is_right(u, part - u->manifest.pages, tn_slot_bytes_at(u->slots, (uint32_t)u->slot) + at, bytes)) {
        return 1;
    }
    return reclaim(u, part);
}

static int32_t check_bytes(tn_update_t *u, uint32_t part, const uint8_t *bytes, uint32_t count)
{
    if (part >= u->manifest.pages) {
        return tn_chunk_is_right(u, part - u->manifest.pages, bytes, count) ? TN_OK : TN_ERR_HASH;
    }
    // Single pages cannot be verified. The last one shows whether all are right; where others are there, nobody knows which is wrong.
    if (pages_missing(u) == 1 && !tn_index_is_right(u, bytes, part * u->manifest.chunk_bytes, count)) {
        if (u->manifest.pages > 1) {
            tn_update_give_up(u);
        }
        return TN_ERR_HASH;
    }
    return TN_OK;
}

static int32_t place_bytes(tn_update_t *u, uint32_t part, const uint8_t *bytes, uint32_t at, uint32_t count)
{
    int32_t status = check_bytes(u, part, bytes, count);
    if (status != TN_OK) {
        return status;
    }
    status = tn_part_clear(u, part, at, count);
    if (status == TN_OK) {
        status = tn_slots_write(u->slots, (uint32_t)u->slot, at, bytes, count);
    }
    return status < 0 ? status : tn_part_leave(u, part);
}

int32_t tn_update_store(tn_update_t *u, uint32_t part, const uint8_t *bytes, uint32_t count)
{
    uint32_t at, size;
    const int32_t status = tn_part_enter(u, part, &at, &size);
    if (status != TN_OK) {
        return status;
    }
    return bytes == NULL || count != size ? TN_ERR_ARG : place_bytes(u, part, bytes, at, count);
}

// The active blob; NULL where there is none.
const uint8_t *tn_base_blob(const tn_update_t *u, uint32_t *bytes)
{
    if (u->slots->active < 0 || tn_slots_length(u->slots, (uint32_t)u->slots->active, bytes) != TN_OK) {
        return NULL;
    }
    return tn_slot_bytes_at(u->slots, (uint32_t)u->slots->active);
}

int32_t tn_update_copy(tn_update_t *u, uint32_t part, uint32_t offset)
{
    uint32_t at, size, base_bytes;
    const int32_t status = tn_part_enter(u, part, &at, &size);
    if (status != TN_OK) {
        return status;
    }
    const uint8_t *base = tn_base_blob(u, &base_bytes);
    if (base == NULL) {
        return TN_ERR_EMPTY;
    }
    if (part < u->manifest.pages || offset > base_bytes || size > base_bytes - offset) {
        return TN_ERR_ARG;
    }
    return place_bytes(u, part, base + offset, at, size);
}
