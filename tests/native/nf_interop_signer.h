// Signed updates for nf_interop_update.cpp.
#ifndef NF_INTEROP_SIGNER_H
#define NF_INTEROP_SIGNER_H

#include "tn/tn_manifest.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { NF_BLOB_MOST = 1024 };

const tn_update_key_t *nf_signer_key(void);

// The smallest model as version `version`: its manifest, the one page of its index, and its bytes in one chunk. Returns how many.
uint32_t nf_signer_update(uint32_t version, uint8_t *manifest, uint8_t index[16], uint8_t *blob);

#ifdef __cplusplus
}
#endif

#endif
