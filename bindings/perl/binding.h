/* Sys::Guestfs: what its two files share. */
#ifndef BATHYSCOPE_PERL_BINDING_H
#define BATHYSCOPE_PERL_BINDING_H

#define PERL_NO_GET_CONTEXT
#include <EXTERN.h>
#include <perl.h>
#include <XSUB.h>

#include "table.h"
#include "handle.h"

/* Convert argument number `i` of a call, required ones first.  What the value
 * points to lives until the temporaries are freed.  Dies when it does not fit. */
void perl_take (pTHX_ const struct binding_call *c, size_t i, SV *sv,
                union binding_value *ret);

/* Push the result.  Returns how many there are.  A buffer may be taken, and is
 * NULL then. */
SSize_t perl_give (pTHX_ const struct binding_call *c,
                   union binding_result *result);

#endif
