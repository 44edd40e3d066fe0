// Chunks that are patched together from the active blob and what has been sent. The pieces are gone through twice: to verify the result, and to
// write it, so that nothing has to hold a chunk.

#include "tn_update_impl.h"

// Bytes that are collected before they are programmed; a multiple of every unit.
#define PATCH_BLOCK 256u

typedef struct pieces {
    const uint8_t *at;
    uint32_t left;
    const uint8_t *base;
    uint32_t base_bytes;
} pieces_t;

// The next piece: 1, 0 at the end, or TN_ERR_FORMAT.
static int32_t next_piece(pieces_t *p, const uint8_t **bytes, uint32_t *count)
{
    if (p->left == 0) {
        return 0;
    }
    if (p->left < 2) {
        return TN_ERR_FORMAT;
    }
    const uint32_t head = tn_read_u16(p->at);
    const uint32_t inlined = head & 0x8000u ? 4 : head;
    *count = head & 0x7FFFu;
    p->at += 2;
    p->left -= 2;
    if (*count == 0 || inlined > p->left) {
        return TN_ERR_FORMAT;
    }
    *bytes = p->at;
    if (head & 0x8000u) {
        const uint32_t offset = tn_read_u32(p->at);
        if (p->base == NULL || offset > p->base_bytes || *count > p->base_bytes - offset) {
            return TN_ERR_FORMAT;
        }
        *bytes = p->base + offset;
    }
    p->at += inlined;
    p->left -= inlined;
    return 1;
}

static int32_t check_patch(tn_update_t *u, uint32_t part, pieces_t pieces, uint32_t size)
{
    uint8_t digest[TN_SHA256_BYTES];
    const uint8_t *bytes;
    uint32_t count, sum = 0;
    int32_t more;
    (void)tn_hash_begin(&u->hash);
    while ((more = next_piece(&pieces, &bytes, &count)) == 1) {
        if (count > size - sum) {
            return TN_ERR_FORMAT;
        }
        sum += count;
        (void)tn_hash_add(&u->hash, bytes, count);
    }
    if (more < 0 || sum != size) {
        return TN_ERR_FORMAT;
    }
    return tn_hash_end(&u->hash, digest) && tn_is_index_entry(u, part - u->manifest.pages, digest) ? TN_OK : TN_ERR_HASH;
}

static int32_t write_patch(tn_update_t *u, pieces_t pieces, uint32_t at)
{
    uint8_t block[PATCH_BLOCK];
    uint32_t filled = 0;
    const uint8_t *bytes;
    uint32_t count;
    tn_status_t status = TN_OK;
    while (status == TN_OK && next_piece(&pieces, &bytes, &count) == 1) {
        while (status == TN_OK && count > 0) {
            const uint32_t taken = count < PATCH_BLOCK - filled ? count : PATCH_BLOCK - filled;
            memcpy(block + filled, bytes, taken);
            filled += taken;
            bytes += taken;
            count -= taken;
            if (filled == PATCH_BLOCK) {
                status = tn_slots_write(u->slots, (uint32_t)u->slot, at, block, filled);
                at += filled;
                filled = 0;
            }
        }
    }
    return status == TN_OK && filled > 0 ? tn_slots_write(u->slots, (uint32_t)u->slot, at, block, filled) : status;
}

int32_t tn_update_patch(tn_update_t *u, uint32_t part, const uint8_t *bytes, uint32_t count)
{
    uint32_t at, size;
    int32_t status = tn_part_enter(u, part, &at, &size);
    if (status != TN_OK) {
        return status;
    }
    if (bytes == NULL || part < u->manifest.pages) {
        return TN_ERR_ARG;
    }
    pieces_t pieces = {bytes, count, NULL, 0};
    pieces.base = tn_base_blob(u, &pieces.base_bytes);
    status = check_patch(u, part, pieces, size);
    if (status != TN_OK) {
        return status;
    }
    status = tn_part_clear(u, part, at, size);
    if (status == TN_OK) {
        status = write_patch(u, pieces, at);
    }
    return status < 0 ? status : tn_part_leave(u, part);
}
