// The STM32's port on a flash that this file plays, at the addresses of the chip. Included once, after TN_FLASH_MAP is defined; the
// including file defines PLAYED_SECTORS: {address, bytes} of every sector from 0x080C0000 or below to the end of the flash.
#ifndef PORT_STM32_TEST_H
#define PORT_STM32_TEST_H

#define _DEFAULT_SOURCE

#include <sys/mman.h>

#include "standin/stm32/hal.h"
#include "standin/stm32/hal_nf_community.h"

#include "../../nf-interop/ports/tn_flash_stm32.c"

#include "test_blobs.h"
#include "tn/tn_slots.h"
#include "tn_test.h"

#define PLAYED_START 0x08000000u
#define PLAYED_END 0x08200000u

typedef struct sector {
    uint32_t address;
    uint32_t bytes;
} sector_t;

static const sector_t sectors[] = PLAYED_SECTORS;

enum { SECTORS = sizeof sectors / sizeof sectors[0] };

static uint32_t invalidated;

// Where the chip's flash would be; false where this system has something else there.
static bool play_flash(void)
{
    const size_t size = PLAYED_END - PLAYED_START;
    void *wanted = (void *)(uintptr_t)PLAYED_START;
    static void *memory;
    if (memory == NULL) {
        memory = mmap(wanted, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    }
    if (memory != wanted) {
        return false;
    }
    // Neither erased nor a blob.
    memset(memory, 0x5A, size);
    return true;
}

static void erase_sector(uint32_t address)
{
    for (size_t i = 0; i < SECTORS; i++) {
        if (address >= sectors[i].address && address < sectors[i].address + sectors[i].bytes) {
            memset((void *)(uintptr_t)sectors[i].address, 0xFF, sectors[i].bytes);
        }
    }
}

int stm32FlashWrite(uint32_t startAddress, uint32_t length, const uint8_t *buffer)
{
    for (uint32_t i = 0; i < length; i++) {
        ((uint8_t *)(uintptr_t)startAddress)[i] &= buffer[i];
    }
    return 1;
}

int stm32FlashIsErased(uint32_t startAddress, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++) {
        if (((const uint8_t *)(uintptr_t)startAddress)[i] != 0xFF) {
            return 0;
        }
    }
    return 1;
}

// As the firmware's driver: it knows sectors 0 to 11 and takes everything behind for the last one.
int stm32FlashErase(uint32_t address)
{
    erase_sector(address >= 0x08100000u && PLAYED_DRIVER_ENDS ? 0x080E0000u : address);
    return 1;
}

#ifdef STANDIN_DCACHE
void SCB_InvalidateDCache_by_Addr(volatile void *address, int32_t size)
{
    CHECK_EQ(0, (uintptr_t)address % 32);
    CHECK(size > 0);
    invalidated++;
}
#endif

// The flash controller: an erase that was started is done at the next look at the registers.
FLASH_TypeDef *standin_flash(void)
{
    static FLASH_TypeDef registers = {0, 0, 0, 0, FLASH_CR_LOCK};
    static uint32_t key;
    if (registers.KEYR != 0) {
        if (key == 0x45670123u && registers.KEYR == 0xCDEF89ABu) {
            registers.CR &= ~FLASH_CR_LOCK;
        }
        key = registers.KEYR;
        registers.KEYR = 0;
    }
    if ((registers.CR & FLASH_CR_STRT) != 0) {
        const uint32_t number = registers.CR >> FLASH_CR_SNB_Pos & 31u;
        CHECK((registers.CR & FLASH_CR_SER) != 0 && (registers.CR & FLASH_CR_LOCK) == 0);
        CHECK(number < 12 || number >= 16);
        registers.CR &= ~FLASH_CR_STRT;
        // Sector 12 is the first of the second bank.
        for (size_t i = 0; i < SECTORS; i++) {
            if (sectors[i].address == 0x08100000u && number >= 16) {
                erase_sector(sectors[i + number - 16].address);
            }
        }
    }
    return &registers;
}

TEST(port_takes_updates_and_touches_nothing_else)
{
    tn_slots_t slots;
    const blob_t blob = blob_of_version(1);
    if (!play_flash()) {
        SKIP("this system has no room at the addresses of the chip's flash");
    }
    const tn_flash_t *flash = tn_port_flash();
    CHECK_EQ(TN_OK, tn_slots_init(&slots, flash));
    CHECK_EQ(-1, slots.active);
    for (uint32_t round = 0; round < 4; round++) {
        const uint32_t slot = round % 2;
        for (uint32_t sector = 0; sector < tn_slots_sectors(&slots); sector++) {
            CHECK_EQ(TN_OK, tn_slots_erase(&slots, slot, sector));
        }
        CHECK_EQ(TN_OK, tn_slots_write(&slots, slot, 0, blob.bytes, 256));
        CHECK_EQ(TN_OK, tn_slots_write(&slots, slot, 256, blob.bytes + 256, blob.size - 256));
        CHECK_EQ(TN_OK, tn_slots_confirm(&slots, slot));
        CHECK_EQ(TN_OK, tn_slots_init(&slots, flash));
        CHECK_EQ(slot, slots.active);
    }
    for (size_t i = 0; i < SECTORS; i++) {
        bool ours = false;
        for (uint32_t area = 0; area < TN_FLASH_AREAS; area++) {
            ours |= sectors[i].address >= addresses[area] && sectors[i].address < addresses[area] + tn_flash_area_bytes(flash, area);
        }
        CHECK_EQ(ours ? 0xFF : 0x5A, ((const uint8_t *)(uintptr_t)sectors[i].address)[sectors[i].bytes - 1]);
    }
#ifdef STANDIN_DCACHE
    CHECK(invalidated > 0);
#endif
    (void)invalidated;
}

#endif
