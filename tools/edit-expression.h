/* Expressions of virt-edit -e: the part of Perl that people use there, without
 * Perl.  Statements s/RE/TEXT/flags, tr/ABC/abc/ and $_ = "TEXT", each with
 * "if /RE/" or "unless /RE/" behind it, separated by semicolons, are applied to
 * every line, as perl -p does. */
#ifndef BATHYSCOPE_EDIT_EXPRESSION_H
#define BATHYSCOPE_EDIT_EXPRESSION_H

#include "error.h"
#include "strbuf.h"

struct expression;

/* 1 and *ret; 0 where it needs Perl itself; -1 where a regular expression is
 * wrong. */
int expression_parse (const char *text, struct expression **ret,
                      struct error *err);
void expression_free (struct expression *e);

/* Apply it to each line of `data`.  -1 when a match takes too long, or memory
 * is missing. */
int expression_apply (const struct expression *e, const char *data, size_t len,
                      struct strbuf *out, struct error *err);

#endif
