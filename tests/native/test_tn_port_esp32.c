// The ESP32's port on partitions that this file plays.

#include "standin/esp32/esp_partition.h"

#include "../../nf-interop/ports/tn_flash_esp32.c"

#include "test_blobs.h"
#include "tn/tn_slots.h"
#include "tn_test.h"

enum { PLAYED_SECTOR = 4096, PLAYED_SLOT = 8192 };

static uint8_t contents[3][PLAYED_SLOT] __attribute__((aligned(16)));
static int mapped;

static esp_partition_t partitions[] = {
    {ESP_PARTITION_TYPE_DATA, (esp_partition_subtype_t)0x40, 0x310000, PLAYED_SLOT, PLAYED_SECTOR, "tn_slot0", false},
    {ESP_PARTITION_TYPE_DATA, (esp_partition_subtype_t)0x41, 0x360000, PLAYED_SLOT, PLAYED_SECTOR, "tn_slot1", false},
    {ESP_PARTITION_TYPE_DATA, (esp_partition_subtype_t)0x42, 0x3B0000, PLAYED_SLOT, PLAYED_SECTOR, "tn_select", false},
};

const esp_partition_t *esp_partition_find_first(esp_partition_type_t type, esp_partition_subtype_t subtype, const char *label)
{
    for (int i = 0; i < 3; i++) {
        if (partitions[i].type == type && partitions[i].subtype == subtype && strcmp(partitions[i].label, label) == 0) {
            return &partitions[i];
        }
    }
    return NULL;
}

static uint8_t *bytes_of(const esp_partition_t *partition, size_t offset, size_t size)
{
    return offset <= partition->size && size <= partition->size - offset ? contents[partition - partitions] + offset : NULL;
}

esp_err_t esp_partition_mmap(const esp_partition_t *partition, size_t offset, size_t size, esp_partition_mmap_memory_t memory,
                             const void **out_ptr, esp_partition_mmap_handle_t *out_handle)
{
    CHECK_EQ(ESP_PARTITION_MMAP_DATA, memory);
    *out_ptr = bytes_of(partition, offset, size);
    *out_handle = 1;
    mapped++;
    return *out_ptr != NULL ? ESP_OK : ESP_FAIL;
}

esp_err_t esp_partition_read(const esp_partition_t *partition, size_t src_offset, void *dst, size_t size)
{
    const uint8_t *from = bytes_of(partition, src_offset, size);
    if (from == NULL) {
        return ESP_FAIL;
    }
    memcpy(dst, from, size);
    return ESP_OK;
}

esp_err_t esp_partition_write(const esp_partition_t *partition, size_t dst_offset, const void *src, size_t size)
{
    uint8_t *to = bytes_of(partition, dst_offset, size);
    for (size_t i = 0; to != NULL && i < size; i++) {
        to[i] &= ((const uint8_t *)src)[i];
    }
    return to != NULL ? ESP_OK : ESP_FAIL;
}

esp_err_t esp_partition_erase_range(const esp_partition_t *partition, size_t offset, size_t size)
{
    uint8_t *at = bytes_of(partition, offset, size);
    if (at == NULL || offset % partition->erase_size != 0 || size % partition->erase_size != 0) {
        return ESP_FAIL;
    }
    memset(at, 0xFF, size);
    return ESP_OK;
}

// In this order: the port keeps what it has once found.
TEST(port_is_absent_without_its_partitions)
{
    partitions[1].label[0] = 'x';
    CHECK(tn_port_flash() == NULL);
    partitions[1].label[0] = 't';
    partitions[2].encrypted = true;
    CHECK(tn_port_flash() == NULL);
    partitions[2].encrypted = false;
}

TEST(port_takes_an_update)
{
    tn_slots_t slots;
    const blob_t blob = blob_of_version(1);
    const tn_flash_t *flash = tn_port_flash();
    REQUIRE(flash != NULL);
    CHECK(tn_port_flash() == flash);
    CHECK_EQ(2, mapped);
    CHECK_EQ(TN_OK, tn_slots_init(&slots, flash));
    CHECK_EQ(PLAYED_SLOT, tn_slots_bytes(&slots));
    for (uint32_t slot = 0; slot < 2; slot++) {
        CHECK_EQ(TN_OK, tn_slots_erase(&slots, slot, 0));
        CHECK_EQ(TN_OK, tn_slots_erase(&slots, slot, 1));
        CHECK_EQ(TN_ERR_ARG, tn_slots_erase(&slots, slot, 2));
        CHECK_EQ(TN_OK, tn_slots_write(&slots, slot, 0, blob.bytes, blob.size));
        CHECK_EQ(TN_OK, tn_slots_confirm(&slots, slot));
        CHECK_EQ(TN_OK, tn_slots_init(&slots, flash));
        CHECK_EQ(slot, slots.active);
    }
    CHECK_BYTES(blob.bytes, contents[1], blob.size);
}
