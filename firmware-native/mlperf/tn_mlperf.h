// The device side of the MLPerf Tiny benchmark: the commands that its runner sends over a serial port, and the answers it expects.
//
// A board's main program opens the model, calls tn_mlperf_begin, and gives every character that its UART receives to tn_mlperf_receive. Commands end
// with '%': name, profile, timestamp, db load N, db HEX, db print, infer N W, results, help.
#ifndef TN_MLPERF_H
#define TN_MLPERF_H

#include "tn/tn.h"

#ifdef __cplusplus
extern "C" {
#endif

// Characters of a command, as the benchmark limits them.
#define TN_MLPERF_COMMAND 80

// What the bytes of `db` are to the model's input.
typedef enum tn_mlperf_input {
    TN_MLPERF_RAW,      // the input's own bytes (kws)
    TN_MLPERF_PIXELS,   // uint8 pixels: int8 = pixel - 128 (vww, ic)
    TN_MLPERF_FLOATS    // float32, to be quantised (ad)
} tn_mlperf_input_t;

// What `results` reports.
typedef enum tn_mlperf_output {
    TN_MLPERF_VALUES,   // every output as a real number
    TN_MLPERF_ERROR     // the mean squared difference of output and input (ad)
} tn_mlperf_output_t;

typedef struct tn_mlperf_task {
    const char *model;          // as the benchmark calls it: kws01, vww01, ic01, ad01, sww01
    tn_mlperf_input_t input;
    tn_mlperf_output_t output;
} tn_mlperf_task_t;

// What the board supplies. In energy mode `timestamp` pulses a pin and returns false, and no line is printed; in performance mode it is NULL.
typedef struct tn_mlperf_board {
    void *user;
    void (*print)(void *user, const char *text);
    uint32_t (*microseconds)(void *user);
    bool (*timestamp)(void *user);
    const char *vendor;
} tn_mlperf_board_t;

// The caller owns it; the fields are the endpoint's.
typedef struct tn_mlperf {
    const tn_mlperf_board_t *board;
    const tn_mlperf_task_t *task;
    tn_model_t *model;
    uint8_t *buffer;            // of the db commands
    uint32_t capacity;
    uint32_t expected;
    uint32_t loaded;
    uint32_t length;            // of the command so far
    char command[TN_MLPERF_COMMAND + 1];
} tn_mlperf_t;

// The task of a benchmark's model name, or NULL.
const tn_mlperf_task_t *tn_mlperf_task(const char *model);

// Begins to serve an open model with one input and one output and says so over the port. `buffer` holds the largest input of the task: 4 bytes for
// each element of a float task, else 1.
void tn_mlperf_begin(tn_mlperf_t *m, tn_model_t *model, const tn_mlperf_task_t *task, const tn_mlperf_board_t *board, uint8_t *buffer,
                     uint32_t capacity);

// One character from the port. A whole command is carried out before this returns.
void tn_mlperf_receive(tn_mlperf_t *m, char c);

#ifdef __cplusplus
}
#endif

#endif
