// The signer of nf_interop_update.cpp, in C as everything that includes PSA's headers here.

#include "nf_interop_signer.h"

#include "signed_manifest.h"

static signer_t signer;

const tn_update_key_t *nf_signer_key(void)
{
    if (signer.key == 0) {
        signer_make(&signer);
    }
    return &signer.trusted;
}

uint32_t nf_signer_update(uint32_t version, uint8_t *manifest, uint8_t index[16], uint8_t *blob)
{
    const blob_t made = blob_of_version(version);
    (void)nf_signer_key();
    manifest_of(manifest, index, &made, 1000 + version, &signer);
    memcpy(blob, made.bytes, made.size);
    return made.size;
}
