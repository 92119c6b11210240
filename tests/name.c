/* SPDX-License-Identifier: Apache-2.0 */
/* Names of models: what is allowed, reserved, mapped, and MODEL@N. */
#include "core/name.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "tap.h"

static void
test_check(void)
{
    static const char *const good[] = {"a",  "SEN0001", "P-101.A:x_9", "0",
                                       "v0", "v10",     "Models"};
    static const char *const bad[] = {
        "", ".a", "-a", "_a", ":a", "a b", "a/b", "\xc3\x81rea", "a@", "a\n"};
    static const char *const reserved[] = {
        "v1",     "v9",      "api",          "model",
        "health", "metrics", "openapi.json", "optim-stoch-constraint"};
    struct buf name = {0};

    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        ok(name_check(good[i]) == ERR_OK, "%s is a name", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ok(name_check(bad[i]) == ERR_DATA, "bad name %zu is refused", i);
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        ok(name_check(reserved[i]) == ERR_DATA
               && strstr(err_text(), "reserved"),
           "%s is reserved", reserved[i]);
    for (size_t i = 0; i < NAME_MAX_LEN; i++)
        buf_char(&name, 'a');
    ok(name_check(buf_text(&name)) == ERR_OK, "128 characters are allowed");
    buf_char(&name, 'a');
    ok(name_check(buf_text(&name)) == ERR_DATA, "129 are not");
    buf_free(&name);
}

static void
test_map(void)
{
    static const struct {
        const char *text, *name;
    } t[] = {
        {"PUMP-7",               "PUMP-7"        },
        {"\xc3\x81rea 3/P-101A", "x_rea_3_P-101A"},
        {"TI-101 (old)",         "TI-101__old_"  },
        {"/dev",                 "x_dev"         },
        {"-5",                   "x-5"           },
        {"a\xff"
         "b",           "a_b"           },
        {"\xf0\x9f\x94\xa5",     "x_"            },
    };
    struct buf name = {0};

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        ok(name_map(t[i].text, strlen(t[i].text), &name) == ERR_OK,
           "text %zu can be mapped", i);
        is_str(buf_text(&name), t[i].name, "to the name expected");
    }
    ok(name_map("", 0, &name) == ERR_DATA, "an empty text has no name");
    ok(name_map("health", 6, &name) == ERR_DATA, "nor has a reserved word");
    buf_free(&name);
}

static void
test_split(void)
{
    static const char *const bad[] = {"a@0", "a@-1",      "a@x",  "a@",
                                      "@3",  "a@1048576", "a@1.5"};
    int64_t number = 0;
    char *name = NULL;

    ok(name_split("PUMP", &name, &number) == ERR_OK && number == 0,
       "no version is 0");
    is_str(name, "PUMP", "and the name is whole");
    free(name);
    ok(name_split("PUMP@12", &name, &number) == ERR_OK && number == 12,
       "MODEL@N names a version");
    is_str(name, "PUMP", "and the model");
    free(name);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ok(name_split(bad[i], &name, &number) == ERR_DATA, "%s is refused",
           bad[i]);
}

int
main(void)
{
    test_check();
    test_map();
    test_split();
    return done_testing();
}
