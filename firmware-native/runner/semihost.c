#include "semihost.h"

#include <string.h>

enum {
    SYS_OPEN = 0x01, SYS_CLOSE = 0x02, SYS_WRITE0 = 0x04, SYS_WRITE = 0x05, SYS_READ = 0x06, SYS_FLEN = 0x0C,
    SYS_GET_CMDLINE = 0x15, SYS_EXIT_EXTENDED = 0x20, ADP_STOPPED_APPLICATION_EXIT = 0x20026
};

static intptr_t call(int operation, const void *argument)
{
#if defined(__arm__)
    register intptr_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
#elif defined(__riscv)
    register intptr_t a0 __asm__("a0") = operation;
    register const void *a1 __asm__("a1") = argument;
    // The three instructions are the marker; they must be uncompressed and lie in one page.
    __asm__ volatile(".option push\n.option norvc\n.balign 16\nslli x0, x0, 0x1f\nebreak\nsrai x0, x0, 7\n.option pop"
                     : "+r"(a0) : "r"(a1) : "memory");
    return a0;
#else
#error "no semihosting for this architecture"
#endif
}

int sh_command_line(char *buffer, size_t size)
{
    const struct { char *buffer; size_t size; } block = {buffer, size};
    return call(SYS_GET_CMDLINE, &block) == 0;
}

intptr_t sh_open(const char *path, sh_mode_t mode)
{
    const struct { const char *path; size_t mode; size_t length; } block = {path, (size_t)mode, strlen(path)};
    return call(SYS_OPEN, &block);
}

void sh_close(intptr_t handle)
{
    (void)call(SYS_CLOSE, &handle);
}

intptr_t sh_length(intptr_t handle)
{
    return call(SYS_FLEN, &handle);
}

size_t sh_read(intptr_t handle, void *to, size_t bytes)
{
    const struct { intptr_t handle; void *to; size_t bytes; } block = {handle, to, bytes};
    return (size_t)call(SYS_READ, &block);
}

size_t sh_write(intptr_t handle, const void *from, size_t bytes)
{
    const struct { intptr_t handle; const void *from; size_t bytes; } block = {handle, from, bytes};
    return (size_t)call(SYS_WRITE, &block);
}

void sh_print(const char *text)
{
    (void)call(SYS_WRITE0, text);
}

_Noreturn void sh_exit(int code)
{
    const struct { intptr_t reason; intptr_t code; } block = {ADP_STOPPED_APPLICATION_EXIT, code};
    (void)call(SYS_EXIT_EXTENDED, &block);
    for (;;) {
    }
}
