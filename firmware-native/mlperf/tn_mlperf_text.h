// Lines of the protocol without printf: numbers are appended to a buffer.
#ifndef TN_MLPERF_TEXT_H
#define TN_MLPERF_TEXT_H

#include <stdint.h>
#include <string.h>

typedef struct tn_text {
    char line[TN_MLPERF_COMMAND + 64];
    uint32_t length;
} tn_text_t;

static inline void tn_text_add(tn_text_t *t, const char *text)
{
    for (; *text != 0 && t->length < sizeof t->line - 1; text++) {
        t->line[t->length++] = *text;
    }
    t->line[t->length] = 0;
}

static inline void tn_text_add_number(tn_text_t *t, uint32_t value)
{
    char digits[11];
    int at = 10;
    digits[at] = 0;
    do {
        digits[--at] = (char)('0' + (int)(value % 10u));
        value /= 10u;
    } while (value != 0);
    tn_text_add(t, digits + at);
}

// Three digits after the point, rounded to nearest.
static inline void tn_text_add_real(tn_text_t *t, float value)
{
    if (value < 0) {
        tn_text_add(t, "-");
        value = -value;
    }
    const uint32_t whole = value < 4.0e6f ? (uint32_t)(value * 1000.0f + 0.5f) : UINT32_C(4000000000);
    const char digits[5] = {'.', (char)('0' + (int)(whole / 100u % 10u)), (char)('0' + (int)(whole / 10u % 10u)), (char)('0' + (int)(whole % 10u)), 0};
    tn_text_add_number(t, whole / 1000u);
    tn_text_add(t, digits);
}

#endif
