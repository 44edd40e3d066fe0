// tn_mathf.h against the C library's double functions: every 997th float of a function's domain, and the special values.

#include "tn_test.h"

#include "tn_mathf.h"

// The distance from `exact` in units in the last place of a float of its size; 2^-149 for the smallest.
static double ulps(double exact, float got)
{
    if (isnan(exact) || isnan(got)) {
        return isnan(exact) && isnan(got) ? 0 : INFINITY;
    }
    if (isinf((float)exact) || isinf(got)) {
        return (float)exact == got ? 0 : INFINITY;
    }
    int exponent;
    (void)frexp(exact, &exponent);
    return fabs((double)got - exact) / ldexp(1.0, exponent < -125 ? -149 : exponent - 24);
}

// The worst case over bit patterns from `low` to `high` (bits of positive floats), on both sides of 0 where `both`.
static void compare(const char *name, float (*ours)(float), double (*theirs)(double), float low, float high, int both, double limit)
{
    double worst = 0;
    float at = 0;
    for (uint32_t bits = tn_float_bits(low); bits <= tn_float_bits(high); bits += 997) {
        for (int side = 0; side <= both; side++) {
            const float x = side ? -tn_float_of(bits) : tn_float_of(bits);
            const double error = ulps(theirs((double)x), ours(x));
            if (error > worst) {
                worst = error;
                at = x;
            }
        }
    }
    if (!(worst <= limit)) {
        printf("%s(%.9g) is %.9g, %.2f ulp from %.17g\n", name, (double)at, (double)ours(at), worst, theirs((double)at));
    }
    CHECK(worst <= limit);
}

static const float huge = 3.4e38f;

static double rsqrt(double x) { return 1 / sqrt(x); }
static double sigmoid(double x) { return 1 / (1 + exp(-x)); }

TEST(mathf_exp) { compare("exp", tn_expf, exp, 0, huge, 1, 1.5); }
TEST(mathf_expm1) { compare("expm1", tn_expm1f, expm1, 0, huge, 1, 2.5); }
TEST(mathf_log) { compare("log", tn_logf, log, 0, huge, 0, 1.5); }
TEST(mathf_log1p) { compare("log1p", tn_log1pf, log1p, 0, huge, 0, 2.5); }
TEST(mathf_sqrt_is_exact) { compare("sqrt", tn_sqrtf, sqrt, 0, huge, 0, 0.5); }
TEST(mathf_rsqrt) { compare("rsqrt", tn_rsqrtf, rsqrt, 1e-44f, huge, 0, 1.5); }
TEST(mathf_sigmoid) { compare("sigmoid", tn_sigmoidf, sigmoid, 0, huge, 1, 3.0); }
TEST(mathf_tanh) { compare("tanh", tn_tanhf, tanh, 0, huge, 1, 3.0); }
TEST(mathf_erf) { compare("erf", tn_erff, erf, 0, huge, 1, 2.0); }
TEST(mathf_sin) { compare("sin", tn_sinf, sin, 0, huge, 1, 3.0); }
TEST(mathf_cos) { compare("cos", tn_cosf, cos, 0, huge, 1, 3.0); }

TEST(mathf_rounding_is_exact)
{
    compare("floor", tn_floorf, floor, 0, huge, 1, 0);
    compare("ceil", tn_ceilf, ceil, 0, huge, 1, 0);
    compare("rint", tn_roundf, rint, 0, huge, 1, 0);
    compare("round", tn_round_awayf, round, 0, huge, 1, 0);
    for (int i = -20; i <= 20; i++) {
        const float x = (float)i * 0.5f;
        CHECK_EQ(tn_float_bits(rintf(x)), tn_float_bits(tn_roundf(x)));
        CHECK_EQ(tn_float_bits(roundf(x)), tn_float_bits(tn_round_awayf(x)));
        CHECK_EQ(tn_float_bits(floorf(x)), tn_float_bits(tn_floorf(x)));
        CHECK_EQ(tn_float_bits(ceilf(x)), tn_float_bits(tn_ceilf(x)));
    }
    CHECK_EQ(0, (int)tn_round_awayf(0.49999997f));
}

TEST(mathf_special_values)
{
    const float infinity = tn_float_of(0x7F800000u);
    const float nan = tn_float_of(0x7FC00000u);
    CHECK(tn_expf(infinity) == infinity && tn_expf(-infinity) == 0 && isnan(tn_expf(nan)));
    CHECK(tn_expm1f(infinity) == infinity && tn_expm1f(-infinity) == -1 && isnan(tn_expm1f(nan)));
    CHECK(tn_logf(infinity) == infinity && tn_logf(0) == -infinity && isnan(tn_logf(-1)) && isnan(tn_logf(nan)));
    CHECK(tn_sqrtf(infinity) == infinity && tn_sqrtf(0) == 0 && isnan(tn_sqrtf(-1)) && isnan(tn_sqrtf(nan)));
    CHECK(tn_tanhf(infinity) == 1 && tn_tanhf(-infinity) == -1 && isnan(tn_tanhf(nan)));
    CHECK(tn_sigmoidf(infinity) == 1 && tn_sigmoidf(-infinity) == 0 && isnan(tn_sigmoidf(nan)));
    CHECK(tn_erff(infinity) == 1 && tn_erff(-infinity) == -1 && isnan(tn_erff(nan)));
    CHECK(isnan(tn_sinf(infinity)) && isnan(tn_cosf(-infinity)) && isnan(tn_sinf(nan)) && isnan(tn_cosf(nan)));
    CHECK(isnan(tn_floorf(nan)) && tn_floorf(infinity) == infinity && tn_ceilf(-infinity) == -infinity);
    CHECK_EQ(INT32_MAX, tn_f32_to_s32(2147483648.0f));
    CHECK_EQ(INT32_MAX, tn_f32_to_s32(infinity));
    CHECK_EQ(INT32_MIN, tn_f32_to_s32(-3e9f));
    CHECK_EQ(0, tn_f32_to_s32(nan));
    CHECK_EQ(-3, tn_f32_to_s32(-3.9f));
}
