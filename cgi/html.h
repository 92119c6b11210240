/* SPDX-License-Identifier: Apache-2.0 */
/* Texts for an HTML page, escaped by what they are. */
#ifndef VIGIA_HTML_H
#define VIGIA_HTML_H

struct buf;
struct json;

/* Adds s, in an element or in an attribute between double quotes. */
void html_add(struct buf *out, const char *s);

/* Adds s with places where the line may be broken: behind each '/'. */
void html_path(struct buf *out, const char *s);

/* Adds prose: `code`, **strong**, an empty line between paragraphs. */
void html_prose(struct buf *out, const char *s);

/* Adds a value as JSON, its members in their order. */
void html_value(struct buf *out, const struct json *value);

/* The same, but a text without its quotes. */
void html_word(struct buf *out, const struct json *value);

#endif
