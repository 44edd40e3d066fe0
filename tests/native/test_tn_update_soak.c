// A long life of updates on flash whose power fails again and again, also while the device recovers.
//
//   test_tn_update_soak [soak [UPDATES]]

#include <time.h>

#include "test_crypto.h"
#include "tn_test.h"
#include "update_test.h"

enum { SOAK_UPDATES = 1500, LIVES = 25 };

static device_t dev;
static model_t current, candidate;

static void sign_digest(uint32_t key, const uint8_t digest[TN_SHA256_BYTES], uint8_t signature[TN_P256_SIGNATURE_BYTES])
{
    test_sign(test_keys[key].point, digest, signature);
}

static uint32_t state = 1;

static uint32_t dice(uint32_t sides)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return (state >> 3) % sides;
}

typedef struct figures {
    uint32_t updates, cuts, confirmed, reverted, refused, unfinished;
    uint64_t operations;
} figures_t;

static bool any_model;      // `current` is confirmed
static uint32_t counter_floor;

// The confirmed model is there, or the candidate in its place.
static bool holds(goal_t goal)
{
    const bool is_current = any_model ? slot_holds(&dev, dev.slots.active, &current) : dev.slots.active < 0;
    const bool is_new = slot_holds(&dev, dev.slots.active, &candidate);
    const uint32_t counter = (uint32_t)device_field(&dev, TN_UPDATE_FIELD_COUNTER);
    if (counter < counter_floor) {
        return false;
    }
    if (dev.slots.trial != TN_TRIAL_NONE) {
        return is_new && (!any_model || slot_holds(&dev, 1 - dev.slots.active, &current));
    }
    return is_current || (is_new && goal <= GOAL_CONFIRM_AFTER_START);
}

static void new_life(uint32_t seed)
{
    static const uint32_t sectors[] = {256, 512, 1024, 4096, 768, 8192};
    const uint32_t sector = sectors[dice(6)];
    sim_flash_init(&dev.sim, 1u << dice(6), sector, (8192 + sector - 1) / sector, 256u << dice(2), seed);
    dev.sim.lossy = dice(4) != 0;
    (void)device_start(&dev);
    any_model = false;
    counter_floor = 0;
}

// One update, cut as the dice say, to its end or until it is given up. Returns false where something is broken.
static bool one_update(uint32_t number, figures_t *f)
{
    static const uint32_t chunks[] = {512, 1024, 2048};
    const goal_t goal = (goal_t)(dice(3) != 0 ? dice(2) : dice(5));
    const bool unfinished = dice(20) == 0;
    uint32_t cuts = dice(4) == 0 ? 0 : 1 + dice(6);
    model_make(&candidate, number, 512 + dice(4000), chunks[dice(3)], 1000 + number / 2, counter_floor + dice(2));
    f->updates++;
    for (uint32_t round = 0; round < 40; round++) {
        // Cuts come in bursts, also during the first steps after a start.
        const bool cut = cuts > 0 || unfinished;
        sim_flash_power(&dev.sim, cut ? 1 + dice(dice(2) == 0 ? 8 : 70) : 0);
        cuts -= cuts > 0;
        const bool dead_at_start = device_start(&dev) < 0 || dev.sim.dead;
        if (!holds(goal)) {
            return false;
        }
        int32_t status = dead_at_start ? TN_ERR_FLASH : device_update(&dev, &candidate, goal, dice(1000));
        f->cuts += dev.sim.dead;
        f->operations += dev.sim.operations;
        if (dev.sim.dead) {
            if (unfinished && round > 2) {
                f->unfinished++;
                break;
            }
            continue;
        }
        // Power stayed: the update must be at its end. More starts than a trial bears revert it, whatever it was to become.
        const int32_t now = device_state(&dev);
        const bool is_new = slot_holds(&dev, dev.slots.active, &candidate);
        if (status != TN_OK || dev.slots.trial != TN_TRIAL_NONE || !holds(goal)) {
            printf("status %d, state %d\n", (int)status, (int)now);
            return false;
        }
        f->confirmed += now == TN_UPDATE_CONFIRMED;
        f->reverted += now == TN_UPDATE_REVERTED;
        f->refused += now == TN_UPDATE_REFUSED;
        if ((now == TN_UPDATE_CONFIRMED) != (is_new && goal <= GOAL_CONFIRM_AFTER_START)
            || (now == TN_UPDATE_REFUSED && goal != GOAL_REFUSE)) {
            printf("state %d for goal %d\n", (int)now, (int)goal);
            return false;
        }
        break;
    }
    sim_flash_power(&dev.sim, 0);
    (void)device_start(&dev);
    if (!holds(goal)) {
        return false;
    }
    if (dev.slots.trial != TN_TRIAL_NONE) {
        (void)tn_update_revert(&dev.update, TN_ERR_HEALTH);
    }
    if (slot_holds(&dev, dev.slots.active, &candidate)) {
        current = candidate;
        any_model = true;
    }
    counter_floor = (uint32_t)device_field(&dev, TN_UPDATE_FIELD_COUNTER);
    return holds(goal);
}

TEST(soak)
{
    const uint32_t count = tn_test_state.argument != NULL ? (uint32_t)atoi(tn_test_state.argument) : SOAK_UPDATES;
    const uint32_t seed = 20261124u;
    const clock_t began = clock();
    figures_t f = {0};
    state = seed;
    printf("seed %u\n", (unsigned)seed);
    for (uint32_t i = 0; i < 3; i++) {
        memset(test_keys[i].id, (int)(i + 1), sizeof test_keys[i].id);
        memset(test_keys[i].point, (int)(i + 11), sizeof test_keys[i].point);
    }
    for (uint32_t number = 0; number < count; number++) {
        if (number % LIVES == 0) {
            new_life(seed + number);
        }
        if (!one_update(number, &f)) {
            printf("update %u: active %d, trial %d, state %d\n", (unsigned)number, (int)dev.slots.active, (int)dev.slots.trial,
                   (int)device_state(&dev));
            CHECK(false);
            return;
        }
    }
    printf("%u updates, %u cuts, %llu flash operations, %u confirmed, %u reverted, %u refused, %u given up, %.1f s\n", (unsigned)f.updates,
           (unsigned)f.cuts, (unsigned long long)f.operations, (unsigned)f.confirmed, (unsigned)f.reverted, (unsigned)f.refused,
           (unsigned)f.unfinished, (double)(clock() - began) / CLOCKS_PER_SEC);
    CHECK(f.confirmed > count / 4);
}
