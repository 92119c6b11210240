/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a fuzz target over the files named on the command line, and over
 * every file of each folder named there, as a TAP test: a crash or an abort
 * of the target ends the program before its plan.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "tap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes of a file in exactly so much memory; NULL when unreadable. */
static uint8_t *
file_bytes(const char *path, size_t *size)
{
    FILE *f = fopen(path, "rb");
    struct buf b = {0};
    uint8_t *bytes = NULL;
    size_t n;

    if (!f)
        return NULL;
    do {
        buf_reserve(&b, BUFSIZ);
        n = fread(b.data + b.len, 1, BUFSIZ, f);
        b.len += n;
    } while (n > 0);
    if (!ferror(f)) {
        *size = b.len;
        bytes = xreallocarray(buf_steal(&b), *size, 1);
    }
    buf_free(&b);
    (void) fclose(f); /* only read */
    return bytes;
}

static void
run_file(const char *path)
{
    size_t size = 0;
    uint8_t *bytes = file_bytes(path, &size);

    ok(bytes && LLVMFuzzerTestOneInput(bytes, size) == 0, "%s", path);
    free(bytes);
}

static int
is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void
run_folder(const char *path)
{
    struct dirent **entries = NULL;
    int n = scandir(path, &entries, is_visible, alphasort);

    ok(n > 0, "%s has files", path);
    for (int i = 0; i < n; i++) {
        struct buf b = {0};

        buf_printf(&b, "%s/%s", path, entries[i]->d_name);
        run_file(buf_text(&b));
        buf_free(&b);
        free(entries[i]);
    }
    free(entries);
}

int
main(int argc, char **argv)
{
    if (argc < 2) {
        (void) fprintf(stderr, "usage: %s FILE-OR-FOLDER...\n", argv[0]);
        return 2;
    }
    for (int i = 1; i < argc; i++) {
        struct stat st;

        if (stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode))
            run_folder(argv[i]);
        else
            run_file(argv[i]);
    }
    return done_testing();
}
