// Model slots in the flash of an STM32F4 or F7, as the flash map of the board says (TN_FLASH_MAP, a header of nf-interop/partitions).
//
// Programming goes through the firmware's flash driver. So does erasing, but for the second bank of a 2 MB STM32F42x/F43x: the driver
// takes every address there for sector 11, the end of the first bank, so the port sets the sector number itself. Code runs from the
// first bank meanwhile. Elsewhere the chip stands still while a sector is erased: up to two seconds for 256 KB.

#include <hal.h>
#include <hal_nf_community.h>
#include <string.h>

#include "tn_port.h"

#ifndef TN_FLASH_MAP
#error "define TN_FLASH_MAP as the header of your board, e.g. \"tn_map_stm32f429i_discovery.h\""
#endif
#include TN_FLASH_MAP

// The driver programs half-words.
#define UNIT 2u

static const uint32_t addresses[TN_FLASH_AREAS] = {TN_MAP_SLOT0_ADDRESS, TN_MAP_SLOT1_ADDRESS, TN_MAP_SELECT_ADDRESS};

static const uint32_t sector_bytes[TN_FLASH_AREAS] = {TN_MAP_SLOT_SECTOR_BYTES, TN_MAP_SLOT_SECTOR_BYTES, TN_MAP_SELECT_SECTOR_BYTES};

static const uint8_t *at(uint32_t address)
{
    return (const uint8_t *)(uintptr_t)address;
}

// A Cortex-M7 may still hold the old bytes in its data cache.
static void forget_cached(uint32_t address, uint32_t count)
{
#if defined(__DCACHE_PRESENT) && (__DCACHE_PRESENT == 1U)
    const uint32_t line = address & ~31u;
    SCB_InvalidateDCache_by_Addr((void *)(uintptr_t)line, (int32_t)(address + count - line));
#else
    (void)address;
    (void)count;
#endif
}

#ifdef TN_MAP_BANK2_ADDRESS
// Sectors 12 to 23 of the second bank: four of 16 KB, one of 64 KB, seven of 128 KB; the register counts them from 16.
static bool erase_in_bank2(uint32_t address)
{
    const uint32_t offset = address - TN_MAP_BANK2_ADDRESS;
    const uint32_t number = 16u + (offset < 0x10000u ? offset / 0x4000u : offset < 0x20000u ? 4u : 4u + offset / 0x20000u);
    if ((FLASH->CR & FLASH_CR_LOCK) != 0u) {
        FLASH->KEYR = 0x45670123u;
        FLASH->KEYR = 0xCDEF89ABu;
    }
    // Flags of an earlier error would keep the operation from starting; they are cleared by writing ones.
    FLASH->SR = FLASH_SR_SOP | FLASH_SR_WRPERR | FLASH_SR_PGAERR | FLASH_SR_PGPERR | FLASH_SR_PGSERR;
    FLASH->CR = FLASH_CR_SER | FLASH_CR_PSIZE_0 | (number << FLASH_CR_SNB_Pos);
    FLASH->CR |= FLASH_CR_STRT;
    while ((FLASH->SR & FLASH_SR_BSY) != 0u) {
    }
    FLASH->CR = FLASH_CR_LOCK;
    // The accelerator's caches may hold old bytes; they may only be reset while disabled.
    const uint32_t caches = FLASH->ACR & (FLASH_ACR_ICEN | FLASH_ACR_DCEN);
    FLASH->ACR &= ~caches;
    FLASH->ACR |= FLASH_ACR_ICRST | FLASH_ACR_DCRST;
    FLASH->ACR &= ~(FLASH_ACR_ICRST | FLASH_ACR_DCRST);
    FLASH->ACR |= caches;
    return true;
}
#endif

static const uint8_t *map(void *user, uint32_t area)
{
    (void)user;
    return at(addresses[area]);
}

static bool read(void *user, uint32_t area, uint32_t offset, uint8_t *bytes, uint32_t count)
{
    (void)user;
    memcpy(bytes, at(addresses[area] + offset), count);
    return true;
}

static bool erase(void *user, uint32_t area, uint32_t sector)
{
    const uint32_t address = addresses[area] + sector * sector_bytes[area];
    (void)user;
#ifdef TN_MAP_BANK2_ADDRESS
    const bool ok = address >= TN_MAP_BANK2_ADDRESS ? erase_in_bank2(address) : stm32FlashErase(address) != 0;
#else
    const bool ok = stm32FlashErase(address) != 0;
#endif
    forget_cached(address, sector_bytes[area]);
    // What counts is what is there.
    return ok && stm32FlashIsErased(address, sector_bytes[area]) != 0;
}

static bool program(void *user, uint32_t area, uint32_t offset, const uint8_t *bytes, uint32_t count)
{
    const uint32_t address = addresses[area] + offset;
    (void)user;
    const bool ok = stm32FlashWrite(address, count, bytes) != 0;
    forget_cached(address, count);
    return ok;
}

// The driver returns when the flash is done.
static bool sync(void *user)
{
    (void)user;
    return true;
}

const tn_flash_t *tn_port_flash(void)
{
    static const tn_flash_t flash = {
        NULL,
        UNIT,
        {
            {TN_MAP_SLOT_SECTOR_BYTES, TN_MAP_SLOT_SECTORS},
            {TN_MAP_SLOT_SECTOR_BYTES, TN_MAP_SLOT_SECTORS},
            {TN_MAP_SELECT_SECTOR_BYTES, 2},
        },
        map,
        read,
        erase,
        program,
        sync,
    };
    return &flash;
}
