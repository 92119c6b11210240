/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 against the standard's own examples and against sums that another
 * implementation made at every length around the edges of a block.
 */
#include "base/sha256.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

static void
is_sum(const void *bytes, size_t len, const char *want, const char *name)
{
    char got[SHA256_HEX];

    sha256_hex(bytes, len, got);
    is_str(got, want, name);
}

/* len times the letter a */
static void
is_sum_of_a(size_t len, const char *want, const char *name)
{
    char *bytes = malloc(len ? len : 1);

    if (!bytes)
        abort();
    memset(bytes, 'a', len);
    is_sum(bytes, len, want, name);
    free(bytes);
}

static void
standard(void)
{
    static const char two_blocks[] =
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

    is_sum("abc", 3,
           "ba7816bf8f01cfea414140de5dae2223"
           "b00361a396177a9cb410ff61f20015ad",
           "the standard's text of one block");
    is_sum(two_blocks, strlen(two_blocks),
           "248d6a61d20638b8e5c026930c3e6039"
           "a33ce45964ff2167f6ecedd419db06c1",
           "the standard's text of two blocks");
    is_sum_of_a(1000000,
                "cdc76e5c9914fb9281a1c7e284d73e67"
                "f1809a48a497200e046d39ccc7112cd0",
                "the standard's million letters");
    is_sum("", 0,
           "e3b0c44298fc1c149afbf4c8996fb924"
           "27ae41e4649b934ca495991b7852b855",
           "nothing at all");
    is_sum(NULL, 0,
           "e3b0c44298fc1c149afbf4c8996fb924"
           "27ae41e4649b934ca495991b7852b855",
           "no bytes may come as NULL");
}

static void
block_edges(void)
{
    is_sum_of_a(55,
                "9f4390f8d30c2dd92ec9f095b65e2b9a"
                "e9b0a925a5258e241c9f1e910f734318",
                "55 bytes: the longest that ends in its block");
    is_sum_of_a(56,
                "b35439a4ac6f0948b6d6f9e3c6af0f5f"
                "590ce20f1bde7090ef7970686ec6738a",
                "56 bytes: the length no longer fits");
    is_sum_of_a(63,
                "7d3e74a05d7db15bce4ad9ec0658ea98"
                "e3f06eeecf16b4c6fff2da457ddc2f34",
                "63 bytes: one byte short of a block");
    is_sum_of_a(64,
                "ffe054fe7ae0cb6dc65c3af9b61d5209"
                "f439851db43d0ba5997337df154668eb",
                "64 bytes: exactly a block");
    is_sum_of_a(65,
                "635361c48bb9eab14198e76ea8ab7f1a"
                "41685d6ad62aa9146d301d4f17eb0ae0",
                "65 bytes: one byte over");
    is_sum_of_a(119,
                "31eba51c313a5c08226adf18d4a359cf"
                "dfd8d2e816b13f4af952f7ea6584dcfb",
                "119 bytes: the longest that ends in the second block");
    is_sum_of_a(120,
                "2f3d335432c70b580af0e8e1b3674a7c"
                "020d683aa5f73aaaedfdc55af904c21c",
                "120 bytes: two blocks and the length no longer fits");
    is_sum_of_a(128,
                "6836cf13bac400e9105071cd6af47084"
                "dfacad4e5e302c94bfed24e013afb73e",
                "128 bytes: exactly two blocks");
}

static void
bytes_and_digits(void)
{
    uint8_t sum[SHA256_SIZE], all[256];
    char hex[SHA256_HEX];

    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (uint8_t) i;
    is_sum(all, sizeof all,
           "40aff2e9d2d8922e47afd4648e696749"
           "7158785fbd1da870e7110266bf944880",
           "every byte counts, also NUL and those above 0x7f");
    sha256(all, sizeof all, sum);
    is_int(sum[0], 0x40, "the first byte is the first pair of digits");
    is_int(sum[31], 0x80, "the last byte is the last pair of digits");
    memset(hex, '?', sizeof hex);
    sha256_hex(all, sizeof all, hex);
    is_int((int64_t) strlen(hex), 64, "there are 64 digits and a NUL");
}

int
main(void)
{
    standard();
    block_edges();
    bytes_and_digits();
    return done_testing();
}
