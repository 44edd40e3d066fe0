// Power cuts at every flash operation of an update, single and double, with torn operations and lost writes. After each the device starts:
// the active slot holds the old or the new model, whole; a trial has its fallback untouched; and the update comes to its end.

#include "test_crypto.h"
#include "tn_test.h"
#include "update_test.h"

static device_t dev;
static device_t before;
static model_t old_model, new_model, next_model;

static void sign_digest(uint32_t key, const uint8_t digest[TN_SHA256_BYTES], uint8_t signature[TN_P256_SIGNATURE_BYTES])
{
    test_sign(test_keys[key].point, digest, signature);
}

typedef struct geometry {
    uint32_t unit;
    uint32_t sector_bytes;
    uint32_t sectors;
    uint32_t model_bytes;
} geometry_t;

// Sectors larger and smaller than chunks, not a multiple of them, one for the whole slot; last a blob whose index has two pages.
static const geometry_t geometries[] = {
    {4, 512, 8, 1500}, {1, 256, 16, 1337}, {32, 768, 6, 1500}, {2, 4096, 1, 1500}, {8, 1024, 4, 2048}, {4, 4096, 6, 17000},
};

typedef struct scenario {
    const char *name;
    bool from_old;
    goal_t goal;
    int32_t state;      // at its end
    bool ends_new;      // the new model is the confirmed one then
} scenario_t;

static const scenario_t scenarios[] = {
    {"install on an empty device", false, GOAL_CONFIRM, TN_UPDATE_CONFIRMED, true},
    {"install over a model", true, GOAL_CONFIRM, TN_UPDATE_CONFIRMED, true},
    {"trial with a start", true, GOAL_CONFIRM_AFTER_START, TN_UPDATE_CONFIRMED, true},
    {"trial with too many starts", true, GOAL_RESTARTS, TN_UPDATE_REVERTED, false},
    {"trial with too many starts, alone", false, GOAL_RESTARTS, TN_UPDATE_REVERTED, false},
    {"revert", true, GOAL_REVERT, TN_UPDATE_REVERTED, false},
    {"revert, alone", false, GOAL_REVERT, TN_UPDATE_REVERTED, false},
    {"refuse", true, GOAL_REFUSE, TN_UPDATE_REFUSED, false},
};

static void make_keys(void)
{
    for (uint32_t i = 0; i < 3; i++) {
        memset(test_keys[i].id, (int)(i + 1), sizeof test_keys[i].id);
        memset(test_keys[i].point, (int)(i + 11), sizeof test_keys[i].point);
    }
}

// Of one second a device takes two manifests: by default those of the old model and the new one.
static uint32_t old_issued = 100;

// A device as `from_old` says, in `before`. The slot that will receive holds a former model with its trailer.
static void prepare(const geometry_t *g, bool from_old, uint32_t seed)
{
    make_keys();
    sim_flash_init(&dev.sim, g->unit, g->sector_bytes, g->sectors, 256, seed);
    (void)device_start(&dev);
    if (from_old) {
        model_make(&old_model, 1, g->model_bytes, 512, old_issued - 1, 1);
        CHECK_EQ(TN_OK, device_update(&dev, &old_model, GOAL_CONFIRM, 1));
        model_make(&old_model, 2, g->model_bytes - 100, 512, old_issued, 2);
        CHECK_EQ(TN_OK, device_update(&dev, &old_model, GOAL_CONFIRM, 1));
        CHECK(slot_holds(&dev, dev.slots.active, &old_model));
    }
    model_make(&new_model, 3, g->model_bytes, 512, 100, 3);
    model_make(&next_model, 4, g->model_bytes - 50, 512, 101, 3);
    before = dev;
}

static void restore(uint32_t seed)
{
    before.sim.random = seed * 2654435761u | 1u;
    dev = before;
    dev.slots.flash = &dev.sim.flash;
    (void)device_start(&dev);
}

// What must hold after every start.
static bool invariants_hold(const scenario_t *s)
{
    const int32_t active = dev.slots.active;
    const bool is_old = s->from_old && slot_holds(&dev, active, &old_model);
    const bool is_new = slot_holds(&dev, active, &new_model);
    bool ok = is_old || is_new || (!s->from_old && active < 0);
    if (dev.slots.trial != TN_TRIAL_NONE) {
        ok = ok && is_new && (!s->from_old || slot_holds(&dev, 1 - active, &old_model));
        ok = ok && dev.update.attempts <= TN_UPDATE_ATTEMPTS;
    } else {
        ok = ok && (!is_new || s->ends_new);
    }
    // Floors.
    const int32_t counter = device_field(&dev, TN_UPDATE_FIELD_COUNTER);
    ok = ok && counter >= (s->from_old ? 2 : 0) && counter <= (is_new && dev.slots.trial == TN_TRIAL_NONE ? 3 : 2);
    ok = ok && (!is_new || dev.slots.trial != TN_TRIAL_NONE || counter == 3);
    return ok && device_field(&dev, TN_UPDATE_FIELD_ISSUED) >= (s->from_old ? 100 : 0);
}

// The scenario comes to its end, and afterwards the device takes the next model.
static bool completes(const scenario_t *s, uint32_t seed)
{
    // A refused candidate that another cut made whole again may be refused once more; a revert must stay one.
    bool ok = device_update(&dev, &new_model, s->goal, seed) == TN_OK && device_state(&dev) == s->state && invariants_hold(s);
    ok = ok && slot_holds(&dev, dev.slots.active, &new_model) == s->ends_new && dev.slots.trial == TN_TRIAL_NONE;
    (void)device_start(&dev);
    ok = ok && device_state(&dev) == s->state && invariants_hold(s) && slot_holds(&dev, dev.slots.active, &new_model) == s->ends_new;
    if (seed % 4 == 0) {
        ok = ok && device_update(&dev, &next_model, GOAL_CONFIRM, seed) == TN_OK && slot_holds(&dev, dev.slots.active, &next_model);
    }
    return ok;
}

// Runs until the first cut, and starts again with `second` in force.
static bool run_to_cut(const scenario_t *s, uint32_t cut, uint32_t second, uint32_t seed)
{
    sim_flash_power(&dev.sim, cut);
    (void)device_update(&dev, &new_model, s->goal, seed);
    if (!dev.sim.dead) {
        return false;
    }
    sim_flash_power(&dev.sim, second);
    (void)device_start(&dev);
    return true;
}

static bool fails(const scenario_t *s, const geometry_t *g, uint32_t cut, uint32_t second, uint32_t seed)
{
    printf("%s: unit %u, sectors of %u: cut at %u, second %u, seed %u: state %d, active %d, trial %d\n", s->name, (unsigned)g->unit,
           (unsigned)g->sector_bytes, (unsigned)cut, (unsigned)second, (unsigned)seed, (int)device_state(&dev), (int)dev.slots.active,
           (int)dev.slots.trial);
    CHECK(false);
    return false;
}

static uint32_t single_cuts(const scenario_t *s, const geometry_t *g, uint32_t seeds)
{
    uint32_t cuts = 0;
    bool cut_hit = true;
    for (uint32_t cut = 1; cut_hit; cut++) {
        for (uint32_t seed = 1; seed <= seeds && cut_hit; seed++) {
            restore(seed + cut * 64);
            cut_hit = run_to_cut(s, cut, 0, seed);
            if (!cut_hit) {
                break;
            }
            cuts++;
            if (!invariants_hold(s) || !completes(s, seed)) {
                (void)fails(s, g, cut, 0, seed);
                return cuts;
            }
        }
    }
    return cuts;
}

TEST(every_single_cut)
{
    uint32_t cuts = 0;
    for (uint32_t i = 0; i < sizeof geometries / sizeof geometries[0]; i++) {
        for (uint32_t j = 0; j < sizeof scenarios / sizeof scenarios[0]; j++) {
            prepare(&geometries[i], scenarios[j].from_old, 7);
            cuts += single_cuts(&scenarios[j], &geometries[i], geometries[i].model_bytes > 10000 ? 2 : 8);
        }
    }
    printf("%u cuts\n", (unsigned)cuts);
    CHECK(cuts > 5000);
}

// A second cut at every operation after the first one.
static uint32_t double_cuts(const scenario_t *s, const geometry_t *g, uint32_t seed)
{
    uint32_t cuts = 0;
    for (uint32_t cut = 1;; cut++) {
        bool second_hit = true;
        for (uint32_t second = 1; second_hit; second++) {
            restore(seed + cut * 64 + second * 4096);
            if (!run_to_cut(s, cut, second, seed)) {
                return cuts;
            }
            if (!dev.sim.dead) {
                if (!invariants_hold(s)) {
                    (void)fails(s, g, cut, second, seed);
                    return cuts;
                }
                (void)device_update(&dev, &new_model, s->goal, seed);
            }
            second_hit = dev.sim.dead;
            sim_flash_power(&dev.sim, 0);
            (void)device_start(&dev);
            cuts++;
            if (!invariants_hold(s) || !completes(s, seed + second)) {
                (void)fails(s, g, cut, second, seed);
                return cuts;
            }
        }
    }
}

// With an argument, that many seeds.
TEST(every_double_cut)
{
    uint32_t cuts = 0;
    const uint32_t seeds = tn_test_state.argument != NULL ? (uint32_t)atoi(tn_test_state.argument) : 1;
    for (uint32_t seed = 1; seed <= seeds; seed++) {
        for (uint32_t i = 0; i < 4; i++) {
            for (uint32_t j = 0; j < sizeof scenarios / sizeof scenarios[0]; j++) {
                // One geometry for each scenario, all of them with more seeds.
                if (seeds > 1 || i == j % 4) {
                    prepare(&geometries[i], scenarios[j].from_old, seed);
                    cuts += double_cuts(&scenarios[j], &geometries[i], seed);
                }
            }
        }
    }
    printf("%u pairs of cuts\n", (unsigned)cuts);
    CHECK(cuts > 5000);
}

// Commands: the publisher takes the new model back, or withdraws it.
static bool command_invariants_hold(bool done)
{
    const bool is_old = slot_holds(&dev, dev.slots.active, &old_model);
    const bool is_new = slot_holds(&dev, dev.slots.active, &new_model);
    return dev.slots.trial == TN_TRIAL_NONE && (done ? is_old : is_old || is_new) && device_field(&dev, TN_UPDATE_FIELD_COUNTER) >= 3;
}

static uint32_t command_cuts(const geometry_t *g, uint8_t kind, bool any, bool twice)
{
    uint8_t command[TN_MANIFEST_BYTES];
    uint32_t cuts = 0;
    old_issued = 99;
    prepare(g, true, 3);
    old_issued = 100;
    CHECK_EQ(TN_OK, device_update(&dev, &new_model, GOAL_CONFIRM, 1));
    before = dev;
    // Signed in the same second as the install.
    command_make(command, kind, any ? NULL : kind == TN_MANIFEST_REVOKE ? new_model.manifest + 72 : old_model.manifest + 72, 100, 3);
    for (uint32_t cut = 1;; cut++) {
        bool second_hit = true;
        for (uint32_t second = 1; second_hit; second++) {
            restore(cut * 64 + second);
            sim_flash_power(&dev.sim, cut);
            (void)device_command(&dev, command);
            if (!dev.sim.dead) {
                return cuts;
            }
            for (int i = 0; i < 2; i++) {
                sim_flash_power(&dev.sim, i == 0 && twice ? second : 0);
                (void)device_start(&dev);
                CHECK(command_invariants_hold(false));
                (void)device_command(&dev, command);
                second_hit = i == 0 ? dev.sim.dead : second_hit;
            }
            cuts++;
            CHECK(command_invariants_hold(true));
            CHECK_EQ(1, tn_update_offer(&dev.update, command, TN_MANIFEST_BYTES));
            // The manifest that was accepted before must not come back.
            CHECK(tn_update_offer(&dev.update, new_model.manifest, TN_MANIFEST_BYTES) != 0);
            CHECK_EQ(TN_OK, device_update(&dev, &next_model, GOAL_CONFIRM, cut));
            CHECK(slot_holds(&dev, dev.slots.active, &next_model));
        }
    }
}

TEST(every_cut_of_a_command)
{
    uint32_t cuts = 0;
    for (uint32_t i = 0; i < 4; i++) {
        for (uint32_t twice = 0; twice < 2; twice++) {
            cuts += command_cuts(&geometries[i], TN_MANIFEST_REVERT, true, twice != 0);
            cuts += command_cuts(&geometries[i], TN_MANIFEST_REVERT, false, twice != 0);
            cuts += command_cuts(&geometries[i], TN_MANIFEST_REVOKE, false, twice != 0);
        }
    }
    printf("%u cuts\n", (unsigned)cuts);
    CHECK(cuts > 200);
}
