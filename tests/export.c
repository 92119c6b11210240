/* SPDX-License-Identifier: Apache-2.0 */
/* Exported texts: what comes out goes in and comes out the same; what was
 * tampered with does not go in. */
#include "core/draft.h"

#include "lab.h"

static struct service *s;

/* Version number of a model as text; the caller frees it. */
static char *
exported(const char *name, int64_t number)
{
    struct model m = lab_model(s, name);
    struct buf text = {0};

    must(version_export(s, &m, number, &text));
    model_free(&m);
    return buf_steal(&text);
}

static enum err
try_load(const char *name, const char *text, struct draft *d)
{
    struct model m = lab_model(s, name);
    enum err e = draft_load(
        &m, &(struct foreign){.text = text, .len = strlen(text)}, d);

    model_free(&m);
    return e;
}

/* The text with its first "from" replaced; the caller frees it. */
static char *
changed(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    struct buf b = {0};

    if (!at)
        abort();
    buf_add(&b, text, (size_t) (at - text));
    buf_str(&b, to);
    buf_str(&b, at + strlen(from));
    return buf_steal(&b);
}

static void
test_round(void)
{
    static const char *const columns[] = {"velRMS.x", "Größe \"q\"", NULL};
    static const char *const pairs[] = {"k.velRMS.x=2.5", "unit.velRMS.x=mm/s",
                                        "stale_after=1h", "title=Pump"};
    struct model m;
    struct draft d;
    char *first, *second;

    lab_draft(s, "A", columns, 0.1, &d);
    lab_apply(s, "A", "fit", &d);
    m = lab_model(s, "A");
    must(draft_set(s, &m, pairs, 4, &d));
    model_free(&m);
    lab_apply(s, "A", "set", &d);
    first = exported("A", 2);
    ok(!strncmp(first, "{\"format\":\"vigia-1\",\"kind\":\"baseline\",", 38)
           && first[strlen(first) - 1] == '\n'
           && strchr(first, '\n') == first + strlen(first) - 1,
       "an exported text is one line of JSON with sorted keys");
    ok(!strstr(first, "Pump") && !strstr(first, "ana")
           && !strstr(first, "version"),
       "it has neither name, title, number nor user");
    must(try_load("B", first, &d));
    is_str(d.origin, "load", "it loads");
    is_int(lab_apply(s, "B", "load", &d), 1, "as a new model");
    second = exported("B", 0);
    is_str(second, first, "which exports to the same bytes");
    free(second);
    must(try_load("A", first, &d));
    is_int(lab_apply(s, "A", "load", &d), 3, "or as a version of one");
    m = lab_model(s, "A");
    is_str(m.title, "Pump", "whose title stays");
    model_free(&m);
    second = exported("A", 3);
    is_str(second, first, "and exports the same, too");
    free(second);
    second = exported("A", 1);
    ok(strcmp(second, first) != 0, "another version exports another text");
    free(second);
    free(first);
}

static void
test_refused(void)
{
    static const struct {
        const char *from, *to;
        enum err e;
        const char *words, *name;
    } cases[] = {
        {"\"format\"",    "\"farmat\"",             ERR_DATA,   "no \"format\"",
         "a text without format"                                                                                 },
        {"vigia-1",       "vigia-9",                ERR_DATA,   "\"vigia-9\" is not known",
         "another format"                                                                                        },
        {"\"baseline\"",  "\"oracle\"",             ERR_DATA,   "no kind \"oracle\"",
         "another kind"                                                                                          },
        {"\"mean\":7.5",  "\"mean\":7.6",           ERR_DATA,   "the checksum does not fit",
         "a figure that was changed"                                                                             },
        {"\"k\":2",       "\"k\":3",                ERR_DATA,   "the checksum does not fit",
         "a param that was changed"                                                                              },
        {"\"sha256\":\"", "\"sha256\":\"0",         ERR_DATA,   "the checksum",
         "a checksum that was changed"                                                                           },
        {"\"sha256\"",    "\"sha512\"",             ERR_DATA,   "unknown member \"sha512\"",
         "an unknown member"                                                                                     },
        {"{\"format\"",   "{\"kind\":1,\"format\"", ERR_SYNTAX, "line 1",
         "a member that stands twice"                                                                            },
        {"}\n",           "",                       ERR_SYNTAX, "line 1",                    "a text that is cut"},
        {"{",             "[",                      ERR_SYNTAX, "line 1",                    "what is no JSON"   },
    };
    char *text;
    struct draft d;
    struct model m;

    lab_fit(s, "C", 1);
    text = exported("C", 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *wrong = changed(text, cases[i].from, cases[i].to);

        refused(try_load("D", wrong, &d), cases[i].e, cases[i].words,
                cases[i].name);
        free(wrong);
    }
    refused(try_load("D", "[1,2]", &d), ERR_DATA, "no exported model",
            "an array");
    refused(try_load("D", "", &d), ERR_SYNTAX, "", "an empty text");
    refused(try_load("D", "{\"format\":\"vigia-1\"}", &d), ERR_DATA,
            "\"kind\" is missing", "a text that lacks something");
    m = lab_model(s, "D");
    is_int(m.id, 0, "none of them made a model");
    free(text);
    model_free(&m);
    m = lab_model(s, "C");

    struct buf out = {0};

    refused(version_export(s, &m, 9, &out), ERR_NOT_FOUND,
            "C has no version 9; it has 1 to 1",
            "a version that is not there is not exported");
    ok(out.len == 0, "and nothing is written");
    buf_free(&out);
    model_free(&m);
}

int
main(void)
{
    struct lab p;

    lab_open(&p);
    s = p.s;
    test_round();
    test_refused();
    lab_close(&p);
    return done_testing();
}
