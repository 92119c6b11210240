/* SPDX-License-Identifier: Apache-2.0 */
/* getrandom() waits, once after the start of the system, until there is
 * enough to give. */
#include "base/random.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

enum err
random_fill(void *out, size_t len)
{
    while (getrandom(out, len, 0) != (ssize_t) len) /* at most 256 */
        if (errno != EINTR)
            return err_set(ERR_INTERNAL, "no random numbers: %s",
                           strerror(errno));
    return ERR_OK;
}

enum err
random_seed(uint64_t *out)
{
    uint64_t bits;
    enum err e = random_fill(&bits, sizeof bits);

    if (e == ERR_OK)
        *out = bits & (uint64_t) RANDOM_SEED_MAX;
    return e;
}
