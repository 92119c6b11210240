/* SPDX-License-Identifier: Apache-2.0 */
/* Making the folders that a file of ours is to lie in. */
#ifndef VIGIA_FOLDER_H
#define VIGIA_FOLDER_H

#include "base/err.h"

/* Makes the folder that path lies in, and those above it, for us alone.
 * ERR_DENIED, ERR_CREATE. */
CHECKED enum err folder_make(const char *path);

#endif
