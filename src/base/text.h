/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text from outside: made safe before a terminal or a log sees it, measured
 * and cut in terminal columns, matched and compared.
 */
#ifndef VIGIA_TEXT_H
#define VIGIA_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

/*
 * Adds s to out with everything that could move, hide or reorder what a
 * terminal shows made visible: bytes that are not UTF-8 as \xNN; C0, C1,
 * DEL, bidi controls, zero-width and other format characters, line and
 * paragraph separators as \u{NN}. A backslash stays as it is. The result is
 * valid UTF-8 without control characters. ascii: everything above 0x7e is
 * escaped too.
 */
void text_safe(struct buf *out, const char *s, size_t len, bool ascii);

/* The same of a unit, or of a sentence with some: signs that people write in
 * ASCII, too, are written so: degC, um, m/s2, ohm. */
void text_unit(struct buf *out, const char *s, bool ascii);

/* The first byte from s on, or the end, that is no printable ASCII or is a
 * quote or backslash: what is before it is itself wherever it is written. */
const char *text_plain_end(const char *s, const char *end);

/* True when s is valid UTF-8 (no surrogates, no overlong forms). */
bool text_is_utf8(const char *s, size_t len);

/*
 * Decodes one character of valid UTF-8 at s; returns its bytes (1 to 4), or
 * 0 when the bytes before end are no valid character.
 */
size_t text_decode(const char *s, const char *end, unsigned *code);

/* The terminal columns a safe text takes (East Asian wide counts two). */
size_t text_width(const char *s);

/*
 * How many bytes of a safe text, not empty, stand in a line of so many columns
 * when it is broken at line ends and blanks, which are not counted; at least
 * a character, unless it begins with a line end.
 */
size_t text_line(const char *s, size_t width);

/*
 * How many bytes of a safe text go into width columns from its beginning, and
 * where those begin that go into them at its end. Marks stay with what they
 * stand on, and what text_safe() wrote for a character stays whole.
 */
size_t text_head(const char *s, size_t width);
size_t text_tail(const char *s, size_t width);

/*
 * Adds s to out in exactly width columns: cut with "…" (or "~" when ascii)
 * if it is longer, padded with blanks on the right (or on the left) if it is
 * shorter.
 */
enum text_align { TEXT_LEFT, TEXT_RIGHT };
void text_fit(struct buf *out, const char *s, size_t width,
              enum text_align align, bool ascii);

/*
 * Adds s to out in at most width columns: if it is longer, its first head
 * columns, "…" (or "~" when ascii), and the end that fits; head < width.
 */
void text_ends(struct buf *out, const char *s, size_t head, size_t width,
               bool ascii);

/* Shell pattern: * ? and [a-z] over bytes of s; case-sensitive. */
bool text_match(const char *pattern, const char *s);

/*
 * How many insertions, deletions, changes and swaps of neighbours turn a
 * into b, without regard to ASCII case. Texts over 128 bytes are compared by
 * their first 128.
 */
size_t text_distance(const char *a, const char *b);

/*
 * The entry of candidates (NULL-terminated) nearest to word, if it is near
 * enough to be a typing error (a third of the length, at least 1); NULL else.
 */
const char *text_nearest(const char *word, const char *const *candidates);

#endif
