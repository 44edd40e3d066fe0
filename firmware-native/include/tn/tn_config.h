// Build options. Each is a fact about the image, settable with -D.
#ifndef TN_CONFIG_H
#define TN_CONFIG_H

// 1 builds the float32, int32 and bool kernels. Costs roughly 20 KB of code when every operator is kept.
#ifndef TN_FLOAT
#define TN_FLOAT 1
#endif

// 1 builds the int16x8 kernels (int16 activations, int8 weights, int64 accumulators).
#ifndef TN_INT16
#define TN_INT16 1
#endif

// What TN_OP_<NAME> is where it is not given: 1 keeps an operator, 0 removes it from the image, 2 keeps only the kernels that the back end has for
// blobs packed for its target.
#ifndef TN_OP_DEFAULT
#define TN_OP_DEFAULT 1
#endif

// Models that a device (tn_device.h) keeps open at once: the confirmed one and one on trial. Costs about 160 bytes of RAM each.
#ifndef TN_DEVICE_MODELS
#define TN_DEVICE_MODELS 2
#endif

// 1 lets a device (tn_device.h) take models over the air: firmware-native/update and its cryptography are in the image then. Costs about
// 2 KB of RAM.
#ifndef TN_UPDATE
#define TN_UPDATE 0
#endif

// Largest rank of a tensor. The format's limit is 6; a smaller one saves nothing today.
#define TN_MAX_RANK 6

// Alignment of the arena and of the blob, in bytes.
#define TN_ARENA_ALIGN 16u

// Marks the functions of the public API in the desk's shared library.
#ifndef TN_API
#if defined(_WIN32) && defined(TN_SHARED)
#define TN_API __declspec(dllexport)
#elif defined(TN_SHARED)
#define TN_API __attribute__((visibility("default")))
#else
#define TN_API
#endif
#endif

#endif
