#if !defined(_WIN32)

#define _POSIX_C_SOURCE 200809L

#include "tn_flash_backing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include "tn_flash_file.h"

static bool write_all(int file, uint32_t at, const uint8_t *bytes, uint32_t count)
{
    while (count > 0) {
        const ssize_t written = pwrite(file, bytes, count, (off_t)at);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        at += (uint32_t)written;
        bytes += written;
        count -= (uint32_t)written;
    }
    return true;
}

// Makes the file beside its place and moves it there: a process killed meanwhile leaves no file of another size.
static bool make(const char *path, uint32_t size)
{
    char fresh[4096];
    uint8_t erased[4096];
    const int length = snprintf(fresh, sizeof fresh, "%s.%ld", path, (long)getpid());
    if (length < 0 || (size_t)length >= sizeof fresh) {
        return false;
    }
    const int file = open(fresh, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0) {
        return false;
    }
    memset(erased, 0xFF, sizeof erased);
    bool ok = true;
    for (uint32_t at = 0; ok && at < size; at += (uint32_t)sizeof erased) {
        ok = write_all(file, at, erased, size - at < sizeof erased ? size - at : (uint32_t)sizeof erased);
    }
    ok = close(file) == 0 && ok && rename(fresh, path) == 0;
    if (!ok) {
        (void)unlink(fresh);
    }
    return ok;
}

bool tn_backing_open(tn_backing_t *backing, const char *path, uint32_t size)
{
    struct stat about;
    backing->file = open(path, O_RDWR | O_CLOEXEC);
    if (backing->file < 0 && access(path, F_OK) != 0 && make(path, size)) {
        backing->file = open(path, O_RDWR | O_CLOEXEC);
    }
    if (backing->file < 0) {
        return false;
    }
    if (fstat(backing->file, &about) == 0 && about.st_size == (off_t)size) {
        void *bytes = mmap(NULL, size, PROT_READ, MAP_SHARED, backing->file, 0);
        if (bytes != MAP_FAILED) {
            backing->bytes = bytes;
            backing->size = size;
            return true;
        }
    }
    (void)close(backing->file);
    return false;
}

void tn_backing_close(tn_backing_t *backing)
{
    (void)munmap((void *)(uintptr_t)backing->bytes, backing->size);
    (void)close(backing->file);
}

bool tn_backing_write(tn_backing_t *backing, uint32_t at, const uint8_t *bytes, uint32_t count)
{
    return write_all(backing->file, at, bytes, count);
}

bool tn_backing_sync(tn_backing_t *backing)
{
    return fsync(backing->file) == 0;
}

void tn_backing_sleep(uint32_t microseconds)
{
    struct timespec left = {(time_t)(microseconds / 1000000u), (long)(microseconds % 1000000u) * 1000};
    while (microseconds > 0 && nanosleep(&left, &left) != 0) {
        // A signal: sleep what is left.
    }
}

uint32_t tn_clock_monotonic(void *user)
{
    struct timespec now;
    (void)user;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint32_t)((uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u);
}

#else
typedef int tn_flash_posix_is_empty;
#endif
