/* SPDX-License-Identifier: Apache-2.0 */
/* A page that shows an OpenAPI document to people: HTML and CSS in one text,
 * without scripts and without anything from elsewhere. */
#ifndef VIGIA_DOCS_PAGE_H
#define VIGIA_DOCS_PAGE_H

#include "base/err.h"

#include <stddef.h>

struct buf;

/* Adds the page of a document (JSON). prefix begins its links. */
CHECKED enum err docs_page_write(const char *document, size_t len,
                                 const char *prefix, struct buf *out);

#endif
