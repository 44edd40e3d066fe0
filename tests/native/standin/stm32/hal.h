// The parts of the chip's header that tn_flash_stm32.c uses, for tests: names and bit positions are ST's. Every access to FLASH calls
// the test, which plays the flash controller.
#ifndef STANDIN_HAL_H
#define STANDIN_HAL_H

#include <stdint.h>

// Cycles of the core in a second, from the board's clock tree.
#define STM32_HCLK 168000000

typedef struct {
    volatile uint32_t ACR;
    volatile uint32_t KEYR;
    volatile uint32_t OPTKEYR;
    volatile uint32_t SR;
    volatile uint32_t CR;
} FLASH_TypeDef;

FLASH_TypeDef *standin_flash(void);
#define FLASH (standin_flash())

#define FLASH_ACR_ICEN (1u << 9)
#define FLASH_ACR_DCEN (1u << 10)
#define FLASH_ACR_ICRST (1u << 11)
#define FLASH_ACR_DCRST (1u << 12)
#define FLASH_SR_SOP (1u << 1)
#define FLASH_SR_WRPERR (1u << 4)
#define FLASH_SR_PGAERR (1u << 5)
#define FLASH_SR_PGPERR (1u << 6)
#define FLASH_SR_PGSERR (1u << 7)
#define FLASH_SR_BSY (1u << 16)
#define FLASH_CR_SER (1u << 1)
#define FLASH_CR_SNB_Pos 3u
#define FLASH_CR_PSIZE_0 (1u << 8)
#define FLASH_CR_STRT (1u << 16)
#define FLASH_CR_LOCK (1u << 31)

#ifdef STANDIN_DCACHE
#define __DCACHE_PRESENT 1U
void SCB_InvalidateDCache_by_Addr(volatile void *address, int32_t size);
#endif

#endif
