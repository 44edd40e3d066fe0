// Many small models in one start of the emulator, for tests that need thousands.
#ifndef BATCH_H
#define BATCH_H

#include <stdbool.h>
#include <stdint.h>

// Runs all jobs of a file. False where a file cannot be read or written.
bool runner_batch(const char *jobs, const char *output);

// Memory for blobs, records and arenas, 16-byte aligned; NULL where there is not enough. Release gives all of it back.
uint8_t *runner_take(uint64_t bytes);
void runner_release(void);

#endif
