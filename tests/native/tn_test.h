// A test harness for the C runtime. Include it in exactly one source file per program.
//
//   TEST(blob_rejects_short_header)
//   {
//       CHECK(tn_is_blob(bytes, 3) == 0);
//       CHECK_EQ(TN_ERR_FORMAT, tn_model_open(...));
//   }
//
// The program runs every test in source order, or with an argument those whose name contains it; a second argument is for the test. A failing
// check prints one line and the test goes on; REQUIRE ends the test instead. SKIP ends it with a reason.
// The last line is `N passed, N failed`, with `, N skipped` where there were any.

#ifndef TN_TEST_H
#define TN_TEST_H

#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct tn_test {
    const char *name;
    void (*run)(void);
    struct tn_test *next;
} tn_test_t;

// The state of the program; `failures` and `skip_reason` belong to the test that is running.
typedef struct {
    tn_test_t *first;
    tn_test_t **end;
    const char *name;
    const char *skip_reason;
    const char *argument;  // the program's second argument, for tests that take one; NULL for none
    int failures;
} tn_test_state_t;

static tn_test_state_t tn_test_state;

// More lines than this from one test hide more than they show.
enum { TN_TEST_LINES = 20 };

static inline void tn_test_register(tn_test_t *test)
{
    if (tn_test_state.end == NULL) {
        tn_test_state.end = &tn_test_state.first;
    }
    *tn_test_state.end = test;
    tn_test_state.end = &test->next;
}

// Counts a failure; true when it is still worth a line.
static inline int tn_test_fails(const char *file, int line)
{
    tn_test_state.failures++;
    if (tn_test_state.failures > TN_TEST_LINES) {
        return 0;
    }
    printf("%s:%d: %s: ", file, line, tn_test_state.name);
    return 1;
}

static inline int tn_test_check(int ok, const char *what, const char *file, int line)
{
    if (!ok && tn_test_fails(file, line)) {
        printf("%s\n", what);
    }
    return ok;
}

static inline int tn_test_check_eq(intmax_t expected, intmax_t actual, const char *what, const char *file, int line)
{
    if (expected != actual && tn_test_fails(file, line)) {
        printf("%s: expected %" PRIdMAX ", got %" PRIdMAX "\n", what, expected, actual);
    }
    return expected == actual;
}

static inline int tn_test_check_near(double expected, double actual, double tolerance, const char *what,
                                     const char *file, int line)
{
    // Written so that a NaN fails.
    int ok = fabs(expected - actual) <= tolerance;
    if (!ok && tn_test_fails(file, line)) {
        printf("%s: expected %.9g, got %.9g\n", what, expected, actual);
    }
    return ok;
}

static inline int tn_test_check_bytes(const void *expected, const void *actual, size_t length, const char *what,
                                      const char *file, int line)
{
    const unsigned char *a = (const unsigned char *)expected;
    const unsigned char *b = (const unsigned char *)actual;
    for (size_t i = 0; i < length; i++) {
        if (a[i] != b[i]) {
            if (tn_test_fails(file, line)) {
                printf("%s: byte %lu: expected %02x, got %02x\n", what, (unsigned long)i, a[i], b[i]);
            }
            return 0;
        }
    }
    return 1;
}

#define TEST(name)                                                                                                   \
    static void name(void);                                                                                          \
    __attribute__((constructor)) static void tn_test_register_##name(void)                                           \
    {                                                                                                                \
        static tn_test_t test = {#name, name, NULL};                                                                 \
        tn_test_register(&test);                                                                                     \
    }                                                                                                                \
    static void name(void)

#define CHECK(condition) ((void)tn_test_check((condition) ? 1 : 0, #condition, __FILE__, __LINE__))

#define CHECK_EQ(expected, actual)                                                                                   \
    ((void)tn_test_check_eq((intmax_t)(expected), (intmax_t)(actual), #actual, __FILE__, __LINE__))

#define CHECK_NEAR(expected, actual, tolerance)                                                                      \
    ((void)tn_test_check_near((double)(expected), (double)(actual), (double)(tolerance), #actual, __FILE__, __LINE__))

#define CHECK_BYTES(expected, actual, length)                                                                        \
    ((void)tn_test_check_bytes((expected), (actual), (size_t)(length), #actual, __FILE__, __LINE__))

#define REQUIRE(condition)                                                                                           \
    do {                                                                                                             \
        if (!tn_test_check((condition) ? 1 : 0, #condition, __FILE__, __LINE__)) {                                   \
            return;                                                                                                  \
        }                                                                                                            \
    } while (0)

#define SKIP(reason)                                                                                                 \
    do {                                                                                                             \
        tn_test_state.skip_reason = (reason);                                                                        \
        return;                                                                                                      \
    } while (0)

int main(int argc, char **argv)
{
    int passed = 0;
    int failed = 0;
    int skipped = 0;
    // A crash must not swallow the lines printed before it.
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    tn_test_state.argument = argc > 2 ? argv[2] : NULL;
    for (const tn_test_t *test = tn_test_state.first; test != NULL; test = test->next) {
        if (argc > 1 && strstr(test->name, argv[1]) == NULL) {
            continue;
        }
        tn_test_state.name = test->name;
        tn_test_state.skip_reason = NULL;
        tn_test_state.failures = 0;
        test->run();
        if (tn_test_state.failures > TN_TEST_LINES) {
            printf("%s: %d further failures\n", test->name, tn_test_state.failures - TN_TEST_LINES);
        }
        if (tn_test_state.failures > 0) {
            failed++;
        } else if (tn_test_state.skip_reason != NULL) {
            printf("%s: skipped: %s\n", test->name, tn_test_state.skip_reason);
            skipped++;
        } else {
            passed++;
        }
    }
    if (skipped > 0) {
        printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped);
    } else {
        printf("%d passed, %d failed\n", passed, failed);
    }
    return failed == 0 ? 0 : 1;
}

#endif
