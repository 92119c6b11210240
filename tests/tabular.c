/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The examples of table models: what a fit draws, which a load asks again,
 * whatever was adjusted since; and every way in which a file has wrong ones.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "data/dataset.h"
#include "kinds/kind.h"
#include "tap.h"

enum { ROWS = 60 };

static void
die(const char *why)
{
    printf("Bail out! %s\n", why);
    exit(1);
}

/* Weights of the kind linear for a size and a colour, whose label is a number
 * or one of two classes. */
static void
fit(bool classes, struct buf *weights)
{
    static char names[][8] = {"size", "colour", "label", "blue",
                              "red",  "high",   "low"};
    char *levels[] = {names[3], names[4]}, *labels[] = {names[5], names[6]};
    double sizes[ROWS], colours[ROWS], label[ROWS];
    struct dataset_column columns[] = {
        {.name = names[0],  .values = sizes, .missing = 2},
        { .name = names[1],
         .values = colours,
         .levels = levels,
         .level_count = 2},
    };
    struct dataset data = {.rows = ROWS, .count = 2, .columns = columns};
    struct json *params = NULL;
    struct source source = {.data = &data};

    for (size_t i = 0; i < ROWS; i++) {
        sizes[i] = i < 2 ? NAN : (double) i;
        colours[i] = (double) (i % 3 == 0);
        label[i] =
            classes ? (double) (i % 7 > i / 10) : 3 * (double) i + colours[i];
    }
    data.label = (struct dataset_column){.name = names[2], .values = label};
    if (classes) {
        data.label.levels = labels;
        data.label.level_count = 2;
    }
    if (json_parse("{}", 2, &params) != ERR_OK)
        die(err_text());
    source.params = params;
    if (kind_linear.fit(&source, NULL, weights) != ERR_OK)
        die(err_text());
    json_free(params);
}

/* Weights with the first "from" replaced, as a load checks them. */
static enum err
check(const struct buf *weights, const char *from, const char *to)
{
    const char *at = from ? strstr(buf_text(weights), from) : NULL;
    struct buf text = {0};
    struct json *json = NULL;
    enum err e;

    if (from && !at)
        die(from);
    if (at) {
        buf_add(&text, buf_text(weights), (size_t) (at - weights->data));
        buf_printf(&text, "%s%s", to, at + strlen(from));
    } else {
        buf_str(&text, buf_text(weights));
    }
    if (json_parse(buf_text(&text), text.len, &json) != ERR_OK)
        die(err_text());
    e = kind_linear.check(json);
    json_free(json);
    buf_free(&text);
    return e;
}

static const struct {
    const char *from, *to, *words;
} wrong[] = {
    {"\"answer\":",        "\"answer\":1",                                 "the file says 1"         },
    {"\"answer\":",        "\"answer\":{\"high\":0.5,\"low\":0.5},\"x\":",
     "an example has no member \"x\""                                                                },
    {"\"answer\":",        "\"reply\":",                                   "no member \"reply\""     },
    {"\"row\":",           "\"row\":7,\"answer\":0},{\"row\":",            "must be an object"       },
    {"\"row\":{\"size\":", "\"row\":{\"width\":",                          "example 0: the model has"},
    {"\"examples\":",      "\"examples\":{},\"metrics2\":",                "no member"               },
    {"[{\"row\":",         "[7,{\"row\":",                                 "example 0 must have"     },
};

static void
test_wrong(const struct buf *number)
{
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        enum err e = check(number, wrong[i].from, wrong[i].to);

        if (!ok(e == ERR_DATA && strstr(err_text(), wrong[i].words),
                "refused: %s", wrong[i].words))
            diag("   got: %d %s", (int) e, err_text());
    }
}

/* As adjust makes them, whose percentage is large. */
static void
adjusted(const struct buf *weights, struct buf *out)
{
    struct json *json = NULL;

    if (json_parse(buf_text(weights), weights->len, &json) != ERR_OK
        || kind_linear.adjust(json, 60, NULL, out) != ERR_OK)
        die(err_text());
    json_free(json);
}

int
main(void)
{
    struct buf number = {0}, again = {0}, class = {0}, moved = {0};

    fit(false, &number);
    fit(false, &again);
    ok(strcmp(buf_text(&number), buf_text(&again)) == 0,
       "the same table gives the same bytes");
    ok(strstr(buf_text(&number), "\"examples\":[{\"row\":{\"size\":"),
       "a fit draws examples");
    ok(check(&number, NULL, NULL) == ERR_OK, "they are answered alike");
    test_wrong(&number);
    adjusted(&number, &moved);
    ok(check(&moved, NULL, NULL) == ERR_OK, "an offset leaves them alike");
    buf_clear(&moved);
    fit(true, &class);
    ok(check(&class, NULL, NULL) == ERR_OK, "classes are answered alike");
    ok(check(&class, "{\"high\":0.", "{\"high\":1.") == ERR_DATA
           && strstr(err_text(), "the model answers its example 0 with"),
       "another probability is refused");
    ok(check(&class, "\"answer\":{\"high\"", "\"answer\":{\"higher\"")
           == ERR_DATA,
       "and so is another class");
    adjusted(&class, &moved);
    ok(strstr(buf_text(&moved), "\"priors\"")
           && check(&moved, NULL, NULL) == ERR_OK,
       "priors leave them alike");
    buf_free(&moved);
    buf_free(&class);
    buf_free(&again);
    buf_free(&number);
    return done_testing();
}
