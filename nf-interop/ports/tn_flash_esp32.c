// Model slots in partitions of an ESP32: nf-interop/partitions/esp32*.csv. ESP-IDF erases sectors of 4 KB and pauses both cores'
// flash caches while it does; the mapping shows every change, as IDF flushes the cache over what it has written.

#include <esp_partition.h>
#include <stddef.h>

#include "tn_port.h"

// Type data; subtypes from the range that ESP-IDF leaves to applications. A contract test compares them with the tables.
#define TN_SLOT0_LABEL "tn_slot0"
#define TN_SLOT0_SUBTYPE 0x40
#define TN_SLOT1_LABEL "tn_slot1"
#define TN_SLOT1_SUBTYPE 0x41
#define TN_SELECT_LABEL "tn_select"
#define TN_SELECT_SUBTYPE 0x42

// IDF takes any offset and count of a partition that is not encrypted; whole words spare it reading back.
#define UNIT 4u

typedef struct esp32_flash {
    const esp_partition_t *partitions[TN_FLASH_AREAS];
    const void *mapped[TN_FLASH_AREAS];
    tn_flash_t flash;
} esp32_flash_t;

static const uint8_t *map(void *user, uint32_t area)
{
    const esp32_flash_t *esp32 = user;
    return esp32->mapped[area];
}

static bool read(void *user, uint32_t area, uint32_t offset, uint8_t *bytes, uint32_t count)
{
    const esp32_flash_t *esp32 = user;
    return esp_partition_read(esp32->partitions[area], offset, bytes, count) == ESP_OK;
}

static bool erase(void *user, uint32_t area, uint32_t sector)
{
    const esp32_flash_t *esp32 = user;
    const uint32_t bytes = esp32->flash.areas[area].sector_bytes;
    return esp_partition_erase_range(esp32->partitions[area], (size_t)sector * bytes, bytes) == ESP_OK;
}

static bool program(void *user, uint32_t area, uint32_t offset, const uint8_t *bytes, uint32_t count)
{
    const esp32_flash_t *esp32 = user;
    return esp_partition_write(esp32->partitions[area], offset, bytes, count) == ESP_OK;
}

// IDF returns when the chip is done.
static bool sync(void *user)
{
    (void)user;
    return true;
}

static bool find(esp32_flash_t *esp32, uint32_t area, int subtype, const char *label)
{
    const esp_partition_t *partition =
        esp_partition_find_first(ESP_PARTITION_TYPE_DATA, (esp_partition_subtype_t)subtype, label);
    // An erased byte of an encrypted partition does not read 0xFF.
    if (partition == NULL || partition->encrypted || partition->erase_size == 0) {
        return false;
    }
    esp32->partitions[area] = partition;
    esp32->flash.areas[area].sector_bytes = partition->erase_size;
    esp32->flash.areas[area].sectors = partition->size / partition->erase_size;
    return true;
}

static bool map_slot(esp32_flash_t *esp32, uint32_t area)
{
    // Mapped for good: the handle would only serve to give the mapping up.
    esp_partition_mmap_handle_t handle;
    return esp_partition_mmap(esp32->partitions[area], 0, esp32->partitions[area]->size, ESP_PARTITION_MMAP_DATA, &esp32->mapped[area],
                              &handle) == ESP_OK;
}

const tn_flash_t *tn_port_flash(void)
{
    static esp32_flash_t esp32;
    if (esp32.flash.user != NULL) {
        return &esp32.flash;
    }
    if (!find(&esp32, TN_AREA_SLOT0, TN_SLOT0_SUBTYPE, TN_SLOT0_LABEL) || !find(&esp32, TN_AREA_SLOT1, TN_SLOT1_SUBTYPE, TN_SLOT1_LABEL)
        || !find(&esp32, TN_AREA_SELECT, TN_SELECT_SUBTYPE, TN_SELECT_LABEL) || !map_slot(&esp32, TN_AREA_SLOT0)
        || !map_slot(&esp32, TN_AREA_SLOT1)) {
        return NULL;
    }
    esp32.flash.unit = UNIT;
    esp32.flash.map = map;
    esp32.flash.read = read;
    esp32.flash.erase = erase;
    esp32.flash.program = program;
    esp32.flash.sync = sync;
    esp32.flash.user = &esp32;
    return &esp32.flash;
}
