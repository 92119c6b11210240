/* SPDX-License-Identifier: Apache-2.0 */
/* How our own page of the documentation looks. */
#ifndef VIGIA_DOCS_STYLE_H
#define VIGIA_DOCS_STYLE_H

extern const char docs_style[];

#endif
