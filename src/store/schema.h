/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The schema as a list of migrations, oldest first. Released ones are never
 * edited; a new file runs them all. vigia-schema(7) describes the tables.
 */
#ifndef VIGIA_SCHEMA_H
#define VIGIA_SCHEMA_H

struct migration {
    const char *what;       /* in a few words, for `vigia upgrade` */
    const char *const *sql; /* statements; ends with NULL */
};

/* Ends with what NULL. The schema's version is how many were run. */
extern const struct migration schema_migrations[];

#endif
