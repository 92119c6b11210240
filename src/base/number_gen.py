#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes number_pow.c: powers of ten as 128-bit significands, rounded up.

Usage: python3 src/base/number_gen.py > src/base/number_pow.c

The table is kept with the sources, so building needs no Python; run this
only to change the range. tests/number_pow.c proves every entry by itself.
"""

FIRST = -342  # POWER_FIRST and POWER_LAST of number_pow.h
LAST = 324


def significand(exponent):
    """The least s with s * 2**e >= 10**exponent and 2**127 <= s < 2**128."""
    power = 10 ** abs(exponent)
    bits = power.bit_length()
    if exponent >= 0:
        if bits <= 128:
            return power << (128 - bits)
        return -(-power >> (bits - 128))
    return -(-(1 << (bits + 127)) // power)


def first_in(low, high, step, modulus):
    """The least x >= 0 with low <= step * x % modulus <= high, or None.

    Either a multiple of step lies there before the first wrap, or the wraps
    have to bring one there: the same question about smaller numbers.
    """
    if low == 0:
        return 0
    if step == 0:
        return None
    x = -(-low // step)
    if step * x <= high:
        return x
    wraps = first_in(-high % step, -low % step, modulus % step, step)
    return wraps and -(-(low + modulus * wraps) // step)


def check_rounding(exponent):
    """Proves what round_product() of number.c relies on.

    Of the 192 bits of a product, 64 to 136 are below the half bit. No word
    from 1 to 2**64 - 1 leaves them all clear.
    """
    modulus = 1 << 137
    step = significand(exponent) % modulus
    slack = (1 << 64) - 1
    assert step > slack  # word 1 does not; the others are counted from it
    x = first_in(modulus - step, modulus - step + slack, step, modulus)
    assert x is None or x + 1 >= 1 << 64


print("""\
/* SPDX-License-Identifier: Apache-2.0 */
/* The table of number_pow.h. Made by number_gen.py, not by hand. */
#include "base/number_pow.h"

/* clang-format off */
const struct power number_powers[POWER_LAST - POWER_FIRST + 1] = {""")
for n in range(FIRST, LAST + 1):
    s = significand(n)
    assert s >> 127 == 1
    if abs(n) > 27:  # 5**27 fits 64 bits: number.c says why that will do
        check_rounding(n)
    print(f"    {{ 0x{s >> 64:016x}, 0x{s & (1 << 64) - 1:016x} }},"
          f" /* 1e{n} */")
print("};")
