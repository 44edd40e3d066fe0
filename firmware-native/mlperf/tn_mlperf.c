#include "tn_mlperf.h"

#include "../src/tn_real.h"
#include "tn_mlperf_text.h"

static const tn_mlperf_task_t s_tasks[] = {
    {"kws01", TN_MLPERF_RAW, TN_MLPERF_VALUES},
    {"vww01", TN_MLPERF_PIXELS, TN_MLPERF_VALUES},
    {"ic01", TN_MLPERF_PIXELS, TN_MLPERF_VALUES},
    {"ad01", TN_MLPERF_FLOATS, TN_MLPERF_ERROR},
    {"sww01", TN_MLPERF_RAW, TN_MLPERF_VALUES},
};

const tn_mlperf_task_t *tn_mlperf_task(const char *model)
{
    for (size_t i = 0; i < sizeof s_tasks / sizeof s_tasks[0]; i++) {
        if (strcmp(s_tasks[i].model, model) == 0) {
            return &s_tasks[i];
        }
    }
    return NULL;
}

static void print(const tn_mlperf_t *m, const char *text)
{
    m->board->print(m->board->user, text);
}

// `before`, a number, `after`.
static void print_number(const tn_mlperf_t *m, const char *before, uint32_t number, const char *after)
{
    tn_text_t t = {.length = 0};
    tn_text_add(&t, before);
    tn_text_add_number(&t, number);
    tn_text_add(&t, after);
    print(m, t.line);
}

static void timestamp(const tn_mlperf_t *m)
{
    if (m->board->timestamp == NULL || m->board->timestamp(m->board->user)) {
        print_number(m, "m-lap-us-", m->board->microseconds(m->board->user), "\r\n");
    }
}

/// Numbers in and out ///

static float scale_of(const tn_io_t *io)
{
    float scale;
    memcpy(&scale, &io->scale_bits, sizeof scale);
    return scale;
}

static float real_at(const tn_io_t *io, uint32_t i)
{
    if (io->dtype == TN_F32) {
        float value;
        memcpy(&value, (const uint8_t *)io->data + i * 4u, sizeof value);
        return value;
    }
    return tn_dequantize_real(((const int8_t *)io->data)[i], scale_of(io), io->zero);
}

static float loaded_float(const tn_mlperf_t *m, uint32_t i)
{
    float value;
    memcpy(&value, m->buffer + i * 4u, sizeof value);
    return value;
}

static void load_tensor(const tn_mlperf_t *m)
{
    tn_io_t io;
    (void)tn_model_input(m->model, 0, &io);
    for (uint32_t i = 0; i < io.bytes; i++) {
        switch (m->task->input) {
        case TN_MLPERF_PIXELS: ((int8_t *)io.data)[i] = (int8_t)(m->buffer[i] - 128); break;
        case TN_MLPERF_FLOATS: ((int8_t *)io.data)[i] = (int8_t)tn_quantize_real(loaded_float(m, i), scale_of(&io), io.zero, INT8_MIN, INT8_MAX); break;
        default: ((uint8_t *)io.data)[i] = m->buffer[i]; break;
        }
    }
}

// Bytes that a task's `db` loads for the model's input.
static uint32_t input_bytes(const tn_mlperf_t *m)
{
    tn_io_t io;
    (void)tn_model_input(m->model, 0, &io);
    return m->task->input == TN_MLPERF_FLOATS ? io.bytes * 4u : io.bytes;
}

/// Commands ///

static void results(const tn_mlperf_t *m)
{
    tn_io_t io;
    (void)tn_model_output(m->model, 0, &io);
    const uint32_t count = io.dtype == TN_F32 ? io.bytes / 4u : io.bytes;
    print(m, "m-results-[");
    if (m->task->output == TN_MLPERF_ERROR) {
        float sum = 0;
        for (uint32_t i = 0; i < count && i * 4u < m->loaded; i++) {
            const float difference = real_at(&io, i) - loaded_float(m, i);
            sum += difference * difference;
        }
        tn_text_t t = {.length = 0};
        tn_text_add_real(&t, sum / (float)count);
        print(m, t.line);
    } else {
        for (uint32_t i = 0; i < count; i++) {
            tn_text_t t = {.length = 0};
            tn_text_add(&t, i == 0 ? "" : ",");
            tn_text_add_real(&t, real_at(&io, i));
            print(m, t.line);
        }
    }
    print(m, "]\r\n");
}

static void run(const tn_mlperf_t *m)
{
    // The runtime may use the input's bytes for other tensors, so every inference begins with loading them.
    load_tensor(m);
    (void)tn_model_run(m->model);
}

// The number at the beginning of a text, or -1. `*rest` is what follows, without blanks.
static int32_t number(const char *text, const char **rest)
{
    int32_t value = -1;
    for (; *text >= '0' && *text <= '9'; text++) {
        value = (value < 0 ? 0 : value) * 10 + (*text - '0');
        value = value > 100000000 ? 100000000 : value;
    }
    for (; *text == ' '; text++) {
    }
    *rest = text;
    return value;
}

static void infer(const tn_mlperf_t *m, const char *arguments)
{
    int32_t times = 1, warm = 10;
    if (*arguments != 0) {
        times = number(arguments, &arguments);
        warm = *arguments != 0 ? number(arguments, &arguments) : warm;
    }
    if (times <= 0) {
        print(m, "e-[Inference iterations must be >0]\r\n");
        return;
    }
    if (warm < 0) {
        print(m, "e-[Inference warmup must be >=0]\r\n");
        return;
    }
    if (m->loaded < input_bytes(m)) {
        print_number(m, "e-[The input needs ", input_bytes(m), " bytes; load them with db first]\r\n");
        return;
    }
    print_number(m, "m-warmup-start-", (uint32_t)warm, "\r\n");
    for (; warm > 0; warm--) {
        run(m);
    }
    print(m, "m-warmup-done\r\n");
    print_number(m, "m-infer-start-", (uint32_t)times, "\r\n");
    timestamp(m);
    for (; times > 0; times--) {
        run(m);
    }
    timestamp(m);
    print(m, "m-infer-done\r\n");
    results(m);
}

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static void load_hex(tn_mlperf_t *m, const char *hex)
{
    if (strlen(hex) % 2u != 0) {
        print(m, "e-[Insufficient number of hex digits]\r\n");
        return;
    }
    for (; *hex != 0 && m->loaded < m->expected; hex += 2) {
        if (digit(hex[0]) < 0 || digit(hex[1]) < 0) {
            print(m, "e-[Invalid hex digit]\r\n");
            return;
        }
        m->buffer[m->loaded++] = (uint8_t)(digit(hex[0]) * 16 + digit(hex[1]));
        if (m->loaded == m->expected) {
            print(m, "m-load-done\r\n");
        }
    }
}

static void print_buffer(const tn_mlperf_t *m)
{
    static const char hex[] = "0123456789abcdef";
    for (uint32_t i = 0; i < m->loaded; i++) {
        const char pair[4] = {hex[m->buffer[i] >> 4], hex[m->buffer[i] & 15u], (i % 8u == 7u || i + 1 == m->loaded) ? '\0' : '-', 0};
        if (i % 8u == 0) {
            print(m, "m-buffer-");
        }
        print(m, pair);
        if (pair[2] == '\0') {
            print(m, "\r\n");
        }
    }
}

// The text after a word and its blank, or NULL where the command does not begin with the word.
static const char *after(const char *command, const char *word)
{
    const size_t length = strlen(word);
    if (strncmp(command, word, length) != 0 || (command[length] != 0 && command[length] != ' ')) {
        return NULL;
    }
    return command[length] == 0 ? command + length : command + length + 1;
}

static void db(tn_mlperf_t *m, const char *arguments)
{
    const char *rest;
    if (*arguments == 0) {
        print(m, "e-[Command 'db' requires a subcommand]\r\n");
    } else if ((rest = after(arguments, "load")) != NULL) {
        const int32_t bytes = number(rest, &rest);
        if (bytes <= 0) {
            print(m, "e-[Command 'db load' must be >0 bytes]\r\n");
        } else if ((uint32_t)bytes > m->capacity) {
            print_number(m, "e-[The buffer holds ", m->capacity, " bytes]\r\n");
        } else {
            m->expected = (uint32_t)bytes;
            m->loaded = 0;
            print_number(m, "m-[Expecting ", m->expected, " bytes]\r\n");
        }
    } else if (after(arguments, "print") != NULL) {
        print_buffer(m);
    } else {
        load_hex(m, arguments);
    }
}

static void help(const tn_mlperf_t *m)
{
    print(m, "name | profile | timestamp | help\r\n");
    print(m, "db load N | db HEX | db print : the input, N bytes in hexadecimal digits\r\n");
    print(m, "infer N [W=10] : N inferences after W to warm up\r\n");
    print(m, "results : the output of the last inference\r\n");
}

static void carry_out(tn_mlperf_t *m)
{
    const char *rest;
    if (after(m->command, "name") != NULL) {
        tn_text_t t = {.length = 0};
        tn_text_add(&t, "m-name-dut-[");
        tn_text_add(&t, m->board->vendor);
        tn_text_add(&t, "]\r\n");
        print(m, t.line);
    } else if (after(m->command, "timestamp") != NULL) {
        timestamp(m);
    } else if (after(m->command, "profile") != NULL) {
        tn_text_t t = {.length = 0};
        tn_text_add(&t, "m-profile-[ULPMark for tinyML Firmware V0.0.1]\r\nm-model-[");
        tn_text_add(&t, m->task->model);
        tn_text_add(&t, "]\r\n");
        print(m, t.line);
    } else if ((rest = after(m->command, "db")) != NULL) {
        db(m, rest);
    } else if ((rest = after(m->command, "infer")) != NULL) {
        infer(m, rest);
    } else if (after(m->command, "results") != NULL) {
        results(m);
    } else if (after(m->command, "help") != NULL) {
        help(m);
    } else {
        tn_text_t t = {.length = 0};
        tn_text_add(&t, "e-[Unknown command: ");
        tn_text_add(&t, m->command);
        tn_text_add(&t, "]\r\n");
        print(m, t.line);
    }
    print(m, "m-ready\r\n");
}

void tn_mlperf_begin(tn_mlperf_t *m, tn_model_t *model, const tn_mlperf_task_t *task, const tn_mlperf_board_t *board, uint8_t *buffer,
                     uint32_t capacity)
{
    memset(m, 0, sizeof *m);
    m->model = model;
    m->task = task;
    m->board = board;
    m->buffer = buffer;
    m->capacity = capacity;
    print(m, board->timestamp == NULL ? "m-timestamp-mode-performance\r\n" : "m-timestamp-mode-energy\r\n");
    print(m, "m-init-done\r\nm-ready\r\n");
}

void tn_mlperf_receive(tn_mlperf_t *m, char c)
{
    if (c == '%') {
        m->command[m->length] = 0;
        m->length = 0;
        carry_out(m);
    } else if (c != '\r' && c != '\n' && m->length < TN_MLPERF_COMMAND) {
        m->command[m->length++] = c;
    }
}
