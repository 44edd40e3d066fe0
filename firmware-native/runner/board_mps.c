// Arm's MPS2 (AN386: Cortex-M4, AN500: Cortex-M7) and MPS3 (AN547: Cortex-M55) boards.

#include "board.h"
#include "semihost.h"

extern uint32_t board_data_load[], board_data_start[], board_data_end[], board_bss_start[], board_bss_end[];
int main(void);
void reset(void);

#if defined(BOARD_AN547)
#define FPGAIO 0x59302000u
#define TICKS_TO_INSTRUCTIONS(ticks) ((uint64_t)(ticks) * 50u / 64u)  // 20 MHz: 50 ns a tick, 64 ns an instruction
#else
#define FPGAIO 0x40028000u
#define TICKS_TO_INSTRUCTIONS(ticks) ((uint64_t)(ticks) * 40u / 64u)  // 25 MHz
#endif
#define COUNTER (*(volatile uint32_t *)(FPGAIO + 0x18u))
#define PRESCALE (*(volatile uint32_t *)(FPGAIO + 0x1Cu))
#define CPACR (*(volatile uint32_t *)0xE000ED88u)

static void fault(void)
{
    sh_print("error fault\n");
    sh_exit(70);
}

__attribute__((section(".vectors"), used)) static void *const vectors[16] = {
    board_stack_top, (void *)reset, (void *)fault, (void *)fault, (void *)fault, (void *)fault, (void *)fault,
};

void reset(void)
{
    CPACR |= 0xFu << 20;  // floating point and vector unit on
    __asm__ volatile("dsb\nisb");
    for (uint32_t *to = board_data_start, *from = board_data_load; to < board_data_end;) {
        *to++ = *from++;
    }
    for (uint32_t *to = board_bss_start; to < board_bss_end;) {
        *to++ = 0;
    }
    board_init();
    sh_exit(main());
}

void board_init(void)
{
    PRESCALE = 0;
}

uint32_t board_ticks(void)
{
    return COUNTER;
}

uint64_t board_instructions(uint32_t since_ticks)
{
    return TICKS_TO_INSTRUCTIONS(board_ticks() - since_ticks);
}
