// For models that `tinynano codegen` has written as C: they call the operators of the library directly, without loader and step loop. Their numbers
// are the compiler's own and are not checked again.
#ifndef TN_DIRECT_H
#define TN_DIRECT_H

#include "tn/tn.h"

#include "../../src/ops/tn_op.h"

#if defined(_MSC_VER)
#define TN_DIRECT_ALIGNED __declspec(align(16))
#else
#define TN_DIRECT_ALIGNED __attribute__((aligned(16)))
#endif

#endif
