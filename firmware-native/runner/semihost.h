// Arm semihosting, as QEMU and debuggers serve it: files of the host, its console, exit. The same calls on RISC-V.
#ifndef SEMIHOST_H
#define SEMIHOST_H

#include <stddef.h>
#include <stdint.h>

typedef enum sh_mode { SH_READ = 1, SH_WRITE = 5 } sh_mode_t;

// The command line the emulator was given, blanks between arguments. Returns false when it does not fit.
int sh_command_line(char *buffer, size_t size);

// A handle, or -1.
intptr_t sh_open(const char *path, sh_mode_t mode);
void sh_close(intptr_t handle);

// Length of an open file in bytes, or -1.
intptr_t sh_length(intptr_t handle);

// Each returns the number of bytes NOT transferred: 0 is success.
size_t sh_read(intptr_t handle, void *to, size_t bytes);
size_t sh_write(intptr_t handle, const void *from, size_t bytes);

// Writes a zero-terminated string to the console.
void sh_print(const char *text);

_Noreturn void sh_exit(int code);

#endif
