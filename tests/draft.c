/* SPDX-License-Identifier: Apache-2.0 */
/* Drafts: fit, set and adjust, looked at before they are stored. Loading is
 * in export.c. */
#include "core/draft.h"

#include "base/number.h"
#include "lab.h"

static struct service *s;

static const char *const value[] = {"value", NULL};

/* A column of the active version; "" when there is none: "7.5 k2". */
static const char *
column(const char *model, const char *name)
{
    static struct buf text;
    struct model m = lab_model(s, model);
    struct compiled *c;
    size_t i;

    buf_clear(&text);
    must(compiled_get(s, &m, 0, &c));
    if (c->kind->find(c->model, name, &i)) {
        struct kind_column is;

        c->kind->column(c->model, i, &is);
        number_add(&text, is.mean);
        buf_str(&text, " k");
        number_add(&text, is.k);
    }
    compiled_put(c);
    model_free(&m);
    return buf_text(&text);
}

static int64_t
versions(const char *name)
{
    struct model m = lab_model(s, name);
    int64_t n = m.versions;

    model_free(&m);
    return n;
}

/* ---- fit ---- */

static enum err
try_fit(const char *name, const char *const *columns, size_t values,
        struct fit *fit, struct draft *d)
{
    struct moments moments[2] = {{0}};
    struct model m = lab_model(s, name);
    struct source source = {.columns = columns, .moments = moments};
    enum err e;

    for (; columns[source.column_count]; source.column_count++)
        for (size_t i = 0; i < values; i++)
            moments_add(&moments[source.column_count], (double) (5 + i));
    fit->kind = fit->kind ? fit->kind : &kind_baseline;
    fit->source = &source;
    e = draft_fit(s, &m, fit, d);
    model_free(&m);
    return e;
}

static void
test_fit(void)
{
    static const char *const other[] = {"temp", NULL};
    static const char *const k[] = {"k=3"};
    struct draft d;

    lab_draft(s, "F", value, 1, &d);
    ok(!strcmp(d.origin, "fit") && d.base == 0 && d.kind == &kind_baseline,
       "a draft knows where it comes from");
    is_int(versions("F"), 0, "and changes nothing");
    is_int(lab_apply(s, "F", "fit", &d), 1, "applied it is a version");
    is_str(column("F", "value"), "7.5 k2", "with the figures of the readings");
    ok(!d.weights && !d.model, "a draft that is freed is empty");

    must(try_fit("F", other, 3, &(struct fit){.params = k, .param_count = 1},
                 &d));
    is_int(lab_apply(s, "F", "fit", &d), 2, "a fit of another column");
    is_str(column("F", "value"), "7.5 k3", "keeps the first one");
    is_str(column("F", "temp"), "6 k3", "and takes params along");
    must(try_fit("F", other, 3, &(struct fit){.fresh = true}, &d));
    lab_apply(s, "F", "fit", &d);
    is_str(column("F", "value"), "", "a fresh one forgets the other column");
    is_str(column("F", "temp"), "6 k2", "and the params");

    refused(try_fit("F", value, 1, &(struct fit){0}, &d), ERR_DATA, "value",
            "one reading is too few");
    static const char *const wrong[] = {"k=much"};

    refused(try_fit("F", value, 4,
                    &(struct fit){.params = wrong, .param_count = 1}, &d),
            ERR_SYNTAX, "much", "a param that is no number is refused");
    is_int(versions("F"), 3, "then nothing was stored");
}

/* A plant's own text becomes the title, and no second one may take it. */
static void
test_text(void)
{
    struct model m;
    struct draft d;

    must(try_fit("P_101", value, 4, &(struct fit){.text = "P/101"}, &d));
    lab_apply(s, "P_101", "fit", &d);
    m = lab_model(s, "P_101");
    is_str(m.title, "P/101", "the plant's own text is the title");
    model_free(&m);
    refused(try_fit("P_101", value, 4, &(struct fit){.text = "P#101"}, &d),
            ERR_DATA, "\"P/101\" and \"P#101\" would both be named P_101",
            "another text of that name is refused, naming both");
    ok(try_fit("P_101", value, 4, &(struct fit){.text = "P/101"}, &d)
           == ERR_OK,
       "the same one is not");
    draft_free(&d);
}

static void
test_meanwhile(void)
{
    struct draft first, second, other;
    struct model m;
    int64_t number = 0;

    lab_draft(s, "M", value, 1, &first);
    lab_draft(s, "M", value, 2, &second);
    lab_apply(s, "M", "fit", &first);
    m = lab_model(s, "M");
    must(service_begin(s));
    must(change_open(s, "fit", ""));
    refused(draft_apply(s, &m, &second, &number), ERR_CONFLICT,
            "changed meanwhile (version 1 is active now)",
            "a draft of what is no more is refused");
    service_rollback(s);
    is_int(versions("M"), 1, "and not stored");
    draft_free(&second);

    /* A removed model that was of another kind when it came into being. */
    struct kind stranger = kind_baseline;

    stranger.name = "stranger";
    lab_draft(s, "M", value, 1, &other);
    other.kind = &stranger;
    must(service_begin(s));
    must(change_open(s, "fit", ""));
    refused(draft_apply(s, &m, &other, &number), ERR_CONFLICT,
            "M is of kind baseline, not stranger",
            "so is one of another kind");
    service_rollback(s);
    refused(try_fit("M", value, 4, &(struct fit){.kind = &stranger}, &second),
            ERR_CONFLICT, "choose another name", "which a fit says at once");
    model_free(&m);
    draft_free(&other);
}

static void
test_names(void)
{
    struct draft d;
    struct model m = {0};
    int64_t number;

    lab_draft(s, "x", value, 1, &d);
    m = (struct model){.name = xstrdup("metrics"), .title = xstrdup("")};
    must(service_begin(s));
    must(change_open(s, "fit", ""));
    refused(draft_apply(s, &m, &d, &number), ERR_DATA, "reserved word",
            "a model may not have a reserved name");
    service_rollback(s);
    model_free(&m);
    draft_free(&d);
}

/* ---- set and adjust ---- */

static enum err
try_set(const char *name, const char *pair, struct draft *d)
{
    struct model m = lab_model(s, name);
    enum err e = draft_set(s, &m, &pair, 1, d);

    model_free(&m);
    return e;
}

static enum err
try_adjust(const char *name, double percent, const char *which,
           struct draft *d)
{
    struct model m = lab_model(s, name);
    enum err e = draft_adjust(s, &m, percent, which, d);

    model_free(&m);
    return e;
}

static void
test_set(void)
{
    struct draft d;
    struct model m;

    lab_fit(s, "S", 1);
    must(try_set("S", "k.value=2.5", &d));
    lab_apply(s, "S", "set", &d);
    is_str(column("S", "value"), "7.5 k2.5", "a param of a column is set");
    must(try_set("S", "k.value=2.5", &d));
    ok(d.same, "setting what is set is known to change nothing");
    draft_free(&d);
    must(try_set("S", "title=a = b", &d));
    lab_apply(s, "S", "set", &d);
    m = lab_model(s, "S");
    is_str(m.title, "a = b", "a title may have signs of its own");
    model_free(&m);
    is_str(column("S", "value"), "7.5 k2.5", "and leaves the params");

    refused(try_set("S", "k", &d), ERR_USAGE, "\"k\" is not KEY=VALUE",
            "a pair needs its sign");
    refused(try_set("S", "kk=2", &d), ERR_NOT_FOUND, "kk",
            "an unknown key is named");
    refused(try_set("S", "k.valve=2", &d), ERR_NOT_FOUND, "value",
            "so is an unknown column, with the nearest");
    refused(try_set("S", "title=\xff", &d), ERR_DATA, "not UTF-8",
            "a title is UTF-8");
    struct buf title = {0};

    buf_str(&title, "title=");
    for (int i = 0; i < 201; i++)
        buf_char(&title, 'x');
    refused(try_set("S", title.data, &d), ERR_DATA, "at most 200 bytes",
            "and not endless");
    buf_free(&title);
    is_int(versions("S"), 3, "then nothing was stored");
}

static void
test_adjust(void)
{
    struct draft d;

    lab_fit(s, "J", 1);
    must(try_adjust("J", 10, NULL, &d));
    ok(!d.same && !strcmp(d.origin, "adjust"), "an adjust makes a draft");
    lab_apply(s, "J", "adjust", &d);
    is_str(column("J", "value"), "8.25 k2", "whose mean is higher by a tenth");
    must(try_adjust("J", 0, "value", &d));
    ok(d.same, "by 0 percent nothing changes");
    draft_free(&d);
    refused(try_adjust("J", 10, "valu", &d), ERR_NOT_FOUND, "value",
            "an unknown column is named");
    refused(try_adjust("nobody", 10, NULL, &d), ERR_NOT_FOUND, "nobody",
            "a model without a version has nothing to adjust");
}

int
main(void)
{
    struct lab p;

    lab_open(&p);
    s = p.s;
    test_fit();
    test_text();
    test_meanwhile();
    test_names();
    test_set();
    test_adjust();
    lab_close(&p);
    return done_testing();
}
