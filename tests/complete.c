/* SPDX-License-Identifier: Apache-2.0 */
/* tui/complete.c: paths in a folder made for it. */
#include "tui/complete.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"

static void
need(int result)
{
    if (result != -1)
        return;
    printf("Bail out! %s\n", strerror(errno));
    exit(1);
}

static void
make_file(const char *name)
{
    int fd = open(name, O_WRONLY | O_CREAT, 0600);

    need(fd);
    need(close(fd));
}

/* What path becomes, and the names, joined by blanks. */
static void
is_done(const char *path, const char *want, const char *names,
        const char *name)
{
    struct complete c = {0};
    struct buf out = {0}, all = {0};

    complete_path(path, &out, &c);
    for (size_t i = 0; i < c.count; i++)
        buf_printf(&all, "%s%s", i > 0 ? " " : "", c.names[i]);
    is_str(buf_text(&out), want, name);
    is_str(buf_text(&all), names, name);
    complete_free(&c);
    buf_free(&all);
    buf_free(&out);
}

static void
test_many(void)
{
    char name[32];
    struct complete c = {0};
    struct buf out = {0};

    need(mkdir("many", 0700));
    for (int i = 0; i <= COMPLETE_MAX; i++) {
        (void) snprintf(name, sizeof name, "many/f%d", i);
        make_file(name);
    }
    complete_path("many/", &out, &c);
    ok(c.more, "more names than are offered are said to be there");
    is_int((int64_t) c.count, COMPLETE_MAX, "so many are offered");
    is_str(buf_text(&out), "many/", "and no beginning is guessed");
    complete_free(&c);
    buf_free(&out);
    for (int i = 0; i <= COMPLETE_MAX; i++) {
        (void) snprintf(name, sizeof name, "many/f%d", i);
        need(unlink(name));
    }
    need(rmdir("many"));
}

int
main(void)
{
    static const char *const files[] = {"pump-1.csv", "pump-2.csv", "été.txt",
                                        "étage.txt",  ".hidden",    "x\033[m"};
    const char *tmp = getenv("TMPDIR");
    char folder[4096];

    (void) snprintf(folder, sizeof folder, "%s/vigia-XXXXXX",
                    tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp(folder))
        need(-1);
    need(chdir(folder));
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        make_file(files[i]);
    need(mkdir("plant", 0700));
    make_file("plant/a b.csv");
    need(setenv("HOME", folder, 1));

    is_done("pu", "pump-", "pump-1.csv pump-2.csv",
            "as far as all files agree");
    is_done("pump-1", "pump-1.csv", "pump-1.csv", "one file is taken whole");
    is_done("pl", "plant/", "plant/", "a folder ends with a slash");
    is_done("plant/", "plant/a b.csv", "a b.csv", "in a folder");
    is_done("nothing", "nothing", "", "no such file");
    is_done("nowhere/x", "nowhere/x", "", "no such folder");
    is_done("\xc3\xa9t", "\xc3\xa9t", "étage.txt été.txt",
            "whole characters are added");
    is_done("", "", "plant/ pump-1.csv pump-2.csv étage.txt été.txt",
            "hidden names and those that cannot be shown are not offered");
    is_done(".h", ".hidden", ".hidden", "hidden ones to who asks for them");
    is_done("~/plant/a", "~/plant/a b.csv", "a b.csv", "the home folder");
    test_many();

    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        need(unlink(files[i]));
    need(unlink("plant/a b.csv"));
    need(rmdir("plant"));
    need(rmdir(folder));
    return done_testing();
}
