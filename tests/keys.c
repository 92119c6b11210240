/* SPDX-License-Identifier: Apache-2.0 */
/* The table of keys: no key has two meanings on a screen, and keys that are
 * promised to what comes later are free. */
#include "tui/keys.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tap.h"

static void
table(void)
{
    static const int kept[] = {'A', 'S', ' '};
    bool unique = true, named = true, helped = true, kept_free = true;
    size_t longest = 0;

    for (const struct key *k = keys; k->name; k++) {
        for (const struct key *other = k + 1; other->name; other++)
            if (k->code == other->code && k->screens & other->screens) {
                diag("%s has two meanings", k->name);
                unique = false;
            }
        size_t len;
        char name[32];

        (void) snprintf(name, sizeof name, strlen(k->name) > 1 ? "<%s>" : "%s",
                        k->name);
        if (key_read(name, &len) != k->code || len != strlen(name)) {
            diag("%s is not read", name);
            named = false;
        }
        if (k->help && strlen(k->help) > longest)
            longest = strlen(k->help);
        helped =
            helped && (k->help || (k > keys && k[-1].action == k->action));
        for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
            kept_free = kept_free && k->code != kept[i];
    }
    ok(unique, "no key has two meanings on a screen");
    ok(named, "every key is read by its name");
    ok(helped, "every key is explained, or a second one of another");
    ok(longest <= 70, "help fits beside the names in 80 columns");
    ok(kept_free, "A, S and Space are free");
}

static void
reading(void)
{
    size_t len;

    ok(key_read("<Enter>x", &len) == KEY_RETURN && len == 7,
       "a name stands in brackets");
    ok(key_read("<None>", &len) == KEY_NONE, "an unknown one is none");
    ok(key_read("<>", &len) == '<' && len == 1, "a bracket is a character");
    ok(key_read("\u00e9x", &len) == 0xe9 && len == 2,
       "a character may have many bytes");
    ok(!key_at('u', SCREEN_HELP) && key_at('u', SCREEN_CHANGES)->changes,
       "a key is for some screens only");
    is_str(screen_name(SCREEN_HISTORY), "History", "screens have names");
}

int
main(void)
{
    table();
    reading();
    return done_testing();
}
