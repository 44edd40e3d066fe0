// What the runner needs of a board: memory for the files and the arena, an instruction counter, the stack.
#ifndef BOARD_H
#define BOARD_H

#include <stddef.h>
#include <stdint.h>

// Called before main. Starts the counter.
void board_init(void);

// Instructions executed so far, modulo 2^32 counter ticks: differences of up to 2.6e9 instructions are right. Exact under
// `-icount` with the shift that the simulator passes.
uint64_t board_instructions(uint32_t since_ticks);
uint32_t board_ticks(void);

// Memory for the blob, the records and the arena (linker script).
extern uint8_t board_memory_start[];
extern uint8_t board_memory_end[];

// The stack grows from top down to limit (linker script).
extern uint8_t board_stack_limit[];
extern uint8_t board_stack_top[];

#endif
