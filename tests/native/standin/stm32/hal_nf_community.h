// The firmware's flash driver as tn_flash_stm32.c uses it, for tests: names and signatures are nanoFramework's.
#ifndef STANDIN_HAL_NF_COMMUNITY_H
#define STANDIN_HAL_NF_COMMUNITY_H

#include <stdint.h>

int stm32FlashWrite(uint32_t startAddress, uint32_t length, const uint8_t *buffer);
int stm32FlashIsErased(uint32_t startAddress, uint32_t length);
int stm32FlashErase(uint32_t address);

#endif
