/* SPDX-License-Identifier: Apache-2.0 */
/* Compiled versions are kept up to a number of bytes, and models that are
 * known by name keep none of them beyond it. */
#include "core/known.h"
#include "lab.h"

enum {
    KEPT_BYTES = 64 << 20,   /* at most, of all in the cache */
    WEIGHTS_BYTES = 1 << 20, /* of each version: most are blanks */
    VERSIONS = 48            /* they count twice, so half too many */
};

static struct service *s;

/* Gives the model many versions like its first one, but for the length. */
static void
store_versions(struct model *m)
{
    struct version first;
    struct buf weights = {0};
    struct draft longer;
    int64_t number;

    must(version_load(s, m, 1, &first));
    buf_printf(&weights, "%s%*s", first.weights, WEIGHTS_BYTES, "");
    longer = (struct draft){.origin = "fit",
                            .kind = m->kind,
                            .title = xstrdup(first.title),
                            .params = xstrdup(first.params),
                            .weights = buf_steal(&weights)};
    must(draft_finish(&longer, ERR_OK, &longer));
    must(service_begin(s));
    must(change_open(s, "fit", m->name));
    while (m->versions < VERSIONS) {
        longer.base = m->version;
        must(draft_apply(s, m, &longer, &number));
    }
    must(service_commit(s));
    draft_free(&longer);
    version_free(&first);
}

/* Whoever is in use by somebody beside us stands in the cache. */
static size_t
kept_bytes(struct compiled *const *list, size_t *count)
{
    size_t bytes = 0;

    *count = 0;
    for (size_t i = 0; i < VERSIONS; i++) {
        if (list[i]->users < 2)
            continue;
        bytes += list[i]->bytes;
        ++*count;
    }
    return bytes;
}

static void
test_bytes(struct model *m)
{
    struct compiled *list[VERSIONS], *again;
    size_t bytes, count;

    for (int64_t n = 1; n <= VERSIONS; n++)
        must(compiled_get(s, m, n, &list[n - 1]));
    bytes = kept_bytes(list, &count);
    diag("%zu of %d versions, %zu bytes", count, VERSIONS, bytes);
    ok(bytes <= KEPT_BYTES, "what is kept has a limit in bytes");
    ok(bytes > KEPT_BYTES - 4 * WEIGHTS_BYTES, "which is used up");
    ok(list[VERSIONS - 1]->users == 2, "the newest one is kept");
    must(compiled_get(s, m, VERSIONS, &again));
    ok(again == list[VERSIONS - 1], "and found again");
    compiled_put(again);
    cache_limit(s->cache, 4 * WEIGHTS_BYTES);
    bytes = kept_bytes(list, &count);
    ok(bytes <= 4 * WEIGHTS_BYTES && bytes > 0, "a smaller limit empties it");
    for (size_t i = 0; i < VERSIONS; i++)
        compiled_put(list[i]);
}

static void
test_known(void)
{
    const struct known *known;
    struct compiled *c;

    must(known_find(s, "P", 1, &known));
    c = known->compiled;
    is_int(c->users, 2, "a model that is handed out holds its version");
    must(known_find(s, "Q", 1, &known));
    is_int(c->users, 1, "until the next one is");
}

int
main(void)
{
    struct lab lab;
    struct model m;

    clock_fix(LAB_TIME);
    lab_open(&lab);
    s = lab.s;
    (void) lab_fit(s, "P", 1);
    (void) lab_fit(s, "Q", 1);
    m = lab_model(s, "P");
    store_versions(&m);
    test_bytes(&m);
    test_known();
    model_free(&m);
    lab_close(&lab);
    return done_testing();
}
