// QEMU's RISC-V virt machine with RV32IMC, the stand-in for ESP32-C3 and -C6.

#include "board.h"
#include "semihost.h"

extern uint32_t board_bss_start[], board_bss_end[];
int main(void);
void enter(void);

__attribute__((section(".vectors"), naked, used)) void _start(void)
{
    __asm__ volatile(".option push\n.option norelax\nla gp, __global_pointer$\n.option pop\nla sp, board_stack_top\nj enter");
}

void enter(void)
{
    for (uint32_t *to = board_bss_start; to < board_bss_end;) {
        *to++ = 0;
    }
    board_init();
    sh_exit(main());
}

void board_init(void)
{
}

uint32_t board_ticks(void)
{
    uint32_t count;
    __asm__ volatile(".option push\n.option arch, +zicsr\ncsrr %0, minstret\n.option pop" : "=r"(count));
    return count;
}

uint64_t board_instructions(uint32_t since_ticks)
{
    return board_ticks() - since_ticks;
}
