// Updates over the air through the stubs of nf-interop on the stand-in CLR.

#include "nf_interop_calls.h"
#include "nf_interop_signer.h"
#include "tn/tn_device.h"
#include "tn_device_port.h"
#include "tn_test.h"

static native_call call(native_method method)
{
    return native_call(method);
}

static clr_object_t array_of(const uint8_t *bytes, uint32_t count)
{
    const clr_object_t array = clr_new_array(count, 1);
    memcpy(clr_address(array), bytes, count);
    return array;
}

static int32_t field(uint32_t index)
{
    const clr_object_t fields = clr_new_array(TN_UPDATE_FIELDS, 4);
    CHECK_EQ(TN_UPDATE_FIELDS, call(UPDATE_STATUS).array(fields).value());
    return static_cast<const int32_t *>(clr_address(fields))[index];
}

struct parts {
    explicit parts(uint32_t version)
    {
        uint8_t manifest_bytes[TN_MANIFEST_BYTES];
        uint8_t index_bytes[16];
        uint8_t blob_bytes[NF_BLOB_MOST];
        size = static_cast<int32_t>(nf_signer_update(version, manifest_bytes, index_bytes, blob_bytes));
        manifest = array_of(manifest_bytes, TN_MANIFEST_BYTES);
        index = array_of(index_bytes, 16);
        blob = array_of(blob_bytes, static_cast<uint32_t>(size));
    }

    int32_t offer() const
    {
        return call(UPDATE_OFFER).array(manifest).number(0).number(TN_MANIFEST_BYTES).value();
    }

    int32_t size;
    clr_object_t manifest;
    clr_object_t index;
    clr_object_t blob;
};

TEST(update_goes_all_the_way_and_lets_others_run)
{
    clr_heap_reset();
    CHECK_EQ(TN_OK, tn_device_set_trust(tn_port_device(), "bench", nf_signer_key(), 1));
    CHECK_EQ(0, call(UPDATE_BOOT).value());
    const parts first(1);
    CHECK_EQ(TN_ERR_STATE, call(UPDATE_BEGIN).value());
    CHECK_EQ(TN_ERR_MANIFEST, call(UPDATE_OFFER).array(first.manifest).number(0).number(255).value());
    CHECK_EQ(0, first.offer());

    native_call begin = call(UPDATE_BEGIN);
    CHECK_EQ(0, begin.value());
    CHECK(begin.thread.call.entries > 1);
    CHECK_EQ(TN_UPDATE_RECEIVING, field(TN_UPDATE_FIELD_STATE));
    CHECK_EQ(0, call(UPDATE_MISSING).number(0).value());
    CHECK_EQ(TN_ERR_HASH, call(UPDATE_STORE).number(0).array(first.manifest).number(0).number(16).value());
    CHECK_EQ(0, call(UPDATE_STORE).number(0).array(first.index).number(0).number(16).value());
    CHECK_EQ(1, call(UPDATE_MISSING).number(0).value());
    CHECK_EQ(0, call(UPDATE_STORE).number(1).array(first.blob).number(0).number(first.size).value());
    CHECK_EQ(TN_ERR_EMPTY, call(UPDATE_MISSING).number(0).value());

    native_call finish = call(UPDATE_FINISH);
    CHECK_EQ(0, finish.value());
    CHECK(finish.thread.call.entries > 1);
    native_call activate = call(UPDATE_ACTIVATE);
    CHECK_EQ(0, activate.value());
    CHECK(activate.thread.call.entries > 1);
    CHECK_EQ(TN_UPDATE_TRIAL, field(TN_UPDATE_FIELD_STATE));
    CHECK_EQ(0, call(UPDATE_CONFIRM).value());
    CHECK_EQ(TN_UPDATE_CONFIRMED, field(TN_UPDATE_FIELD_STATE));
    CHECK_EQ(0, clr_stray_writes());
}

TEST(update_is_patched_copied_refused_and_reverted)
{
    const int32_t active = call(SLOT_ACTIVE).value();
    const parts second(2);
    CHECK_EQ(0, second.offer());
    CHECK_EQ(0, call(UPDATE_BEGIN).value());
    CHECK_EQ(0, call(UPDATE_STORE).number(0).array(second.index).number(0).number(16).value());
    CHECK_EQ(TN_ERR_HASH, call(UPDATE_COPY).number(1).number(0).value());
    CHECK_EQ(TN_ERR_FORMAT, call(UPDATE_PATCH).number(1).array(second.index).number(0).number(3).value());
    CHECK_EQ(0, call(UPDATE_STORE).number(1).array(second.blob).number(0).number(second.size).value());
    CHECK_EQ(0, call(UPDATE_FINISH).value());
    CHECK_EQ(TN_ERR_STATE, call(UPDATE_REVERT).number(TN_ERR_HEALTH).value());
    CHECK_EQ(0, call(UPDATE_ACTIVATE).value());
    CHECK_EQ(1 - active, call(SLOT_ACTIVE).value());
    CHECK_EQ(0, call(UPDATE_REVERT).number(TN_ERR_HEALTH).value());
    CHECK_EQ(active, call(SLOT_ACTIVE).value());
    CHECK_EQ(TN_ERR_HEALTH, field(TN_UPDATE_FIELD_STATUS));
    CHECK_EQ(1, second.offer());

    const parts third(3);
    CHECK_EQ(0, third.offer());
    CHECK_EQ(0, call(UPDATE_BEGIN).value());
    CHECK_EQ(0, call(UPDATE_REFUSE).number(TN_ERR_PROOF).value());
    CHECK_EQ(TN_UPDATE_REFUSED, field(TN_UPDATE_FIELD_STATE));
    CHECK_EQ(TN_ERR_ARG, call(UPDATE_STATUS).array(clr_new_array(TN_UPDATE_FIELDS - 1, 4)).value());
    CHECK_EQ(0, clr_stray_writes());
}
