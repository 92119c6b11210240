/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The write lock: one lock file beside the database, held around every write
 * transaction, every checkpoint, creation and migration, by all processes.
 * It keeps commits and checkpoints apart, which SQLite before 3.51.3 needs so
 * as not to lose committed rows, and makes writers fair to each other.
 */
#ifndef VIGIA_LOCK_H
#define VIGIA_LOCK_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct lock {
    int fd; /* -1: not open */
    bool held;
    char *path;
};

/*
 * Opens (makes) DATABASE.lock, 0660 whatever the umask. database is a real
 * path. ERR_DENIED, ERR_CREATE. The file is never removed.
 */
CHECKED enum err lock_open(struct lock *lock, const char *database);
void lock_close(struct lock *lock);

/*
 * Takes the lock, waiting at most timeout microseconds. ERR_BUSY: somebody
 * else has it all that time. ERR_INTERRUPTED: stop_asked() meanwhile.
 */
CHECKED enum err lock_take(struct lock *lock, int64_t timeout);
void lock_give(struct lock *lock);

#endif
