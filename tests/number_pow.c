/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of powers of ten, proved entry by entry with exact integers: an
 * entry s for 10^n is right when s - 1 is below 10^n and s is not, all scaled
 * to s's last place.
 */
#include "base/number_pow.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>

#include "tap.h"

/* An integer of 32-bit limbs, the lowest first; all of them are used. */
enum { LIMBS = 40 };

struct big {
    uint32_t limb[LIMBS];
};

static void
big_multiply(struct big *b, uint32_t factor)
{
    uint64_t carry = 0;

    for (size_t i = 0; i < LIMBS; i++) {
        carry += (uint64_t) b->limb[i] * factor;
        b->limb[i] = (uint32_t) carry;
        carry >>= 32;
    }
}

static struct big
five_to(int n)
{
    struct big b = {.limb = {1}};

    for (; n > 0; n--)
        big_multiply(&b, 5);
    return b;
}

/* Adds s x b, shifted left by that many limbs. */
static void
big_add(struct big *sum, const struct big *b, uint32_t s, size_t limbs)
{
    uint64_t carry = 0;

    for (size_t i = limbs; i < LIMBS; i++) {
        carry += (uint64_t) b->limb[i - limbs] * s + sum->limb[i];
        sum->limb[i] = (uint32_t) carry;
        carry >>= 32;
    }
}

static struct big
big_scale(const struct big *b, uint64_t high, uint64_t low)
{
    struct big sum = {.limb = {0}};

    big_add(&sum, b, (uint32_t) low, 0);
    big_add(&sum, b, (uint32_t) (low >> 32), 1);
    big_add(&sum, b, (uint32_t) high, 2);
    big_add(&sum, b, (uint32_t) (high >> 32), 3);
    return sum;
}

static struct big
big_shift(struct big b, int bits)
{
    struct big zero = {.limb = {0}};

    big_add(&zero, &b, UINT32_C(1) << bits % 32, (size_t) bits / 32);
    return zero;
}

static int
big_compare(const struct big *a, const struct big *b)
{
    for (size_t i = LIMBS; i-- > 0;)
        if (a->limb[i] != b->limb[i])
            return a->limb[i] < b->limb[i] ? -1 : 1;
    return 0;
}

/*
 * s x 2^e against 10^n, that is s x 2^(e - n) against 5^n, everything
 * multiplied until it is an integer.
 */
static int
compare(uint64_t high, uint64_t low, int n)
{
    const struct big one = {.limb = {1}};
    int shift = log2_of_ten(n) - 127 - n;
    struct big left = n < 0 ? five_to(-n) : one;
    struct big right = n < 0 ? one : five_to(n);

    left = big_scale(&left, high, low);
    if (shift >= 0)
        left = big_shift(left, shift);
    else
        right = big_shift(right, -shift);
    return big_compare(&left, &right);
}

static bool
is_right(int n)
{
    const struct power *p = power_of_ten(n);
    uint64_t high = p->high - (p->low == 0), low = p->low - 1;
    int whole = compare(p->high, p->low, n);

    if (p->high >> 63 == 0)
        return false;
    if (n >= 0 && n <= POWER_EXACT_LAST)
        return whole == 0;
    return whole > 0 && compare(high, low, n) < 0;
}

int
main(void)
{
    int bad = 0;

    for (int n = POWER_FIRST; n <= POWER_LAST; n++) {
        if (is_right(n))
            continue;
        bad++;
        diag("1e%d is wrong", n);
    }
    is_int(bad, 0, "every power is the least not below the truth");
    ok(power_of_ten(3)->high == UINT64_C(1000) << 54
           && power_of_ten(3)->low == 0,
       "a thousand is a thousand");
    ok(power_of_ten(-1)->high == 0xcccccccccccccccc
           && power_of_ten(-1)->low == 0xcccccccccccccccd,
       "a tenth is rounded up");
    return done_testing();
}
