/* Values of Perl and values of calls: see binding.h.
 *
 * Strings are bytes: a string with characters above 255 goes in as UTF-8, and
 * what comes back has not been decoded.
 */

#include "binding.h"
#include "cleanup.h"

#include <limits.h>
#include <string.h>

static void
wrong (pTHX_ const struct binding_call *c, size_t i, const char *wanted)
{
  croak ("%s: %s must be %s", c->name, c->args[i].name, wanted);
}

/* The bytes of a scalar.  They are a copy's, as an event callback, or another
 * piece of magic, can change the original while the call runs. */
static const char *
bytes_of (pTHX_ const struct binding_call *c, size_t i, SV *sv, STRLEN *ret_len)
{
  SvGETMAGIC (sv);
  if (!SvOK (sv))
    wrong (aTHX_ c, i, "a string, not undef");
  if (SvROK (sv) && !SvAMAGIC (sv))
    wrong (aTHX_ c, i, "a string, not a reference");
  sv = sv_2mortal (newSVsv_nomg (sv));
  return SvPV_nomg (sv, *ret_len);
}

static const char *
string_of (pTHX_ const struct binding_call *c, size_t i, SV *sv)
{
  STRLEN len;
  const char *str = bytes_of (aTHX_ c, i, sv, &len);

  if (memchr (str, 0, len))
    wrong (aTHX_ c, i, "a string without NUL characters");
  return str;
}

static char *const *
strings_of (pTHX_ const struct binding_call *c, size_t i, SV *sv)
{
  const char **strings;
  SSize_t count;
  AV *av;

  SvGETMAGIC (sv);
  if (!SvROK (sv) || SvTYPE (SvRV (sv)) != SVt_PVAV)
    wrong (aTHX_ c, i, "a reference to an array of strings");
  av = (AV *) sv_2mortal (SvREFCNT_inc (SvRV (sv)));
  count = av_len (av) + 1;
  strings = (const char **) SvPVX (sv_2mortal (newSV ((count + 1)
                                                      * sizeof *strings)));
  for (SSize_t j = 0; j < count; j++) {
    SV **item = av_fetch (av, j, 0);

    strings[j] = string_of (aTHX_ c, i, item ? *item : &PL_sv_undef);
  }
  strings[count] = NULL;
  return (char *const *) strings;
}

static int64_t
number_of (pTHX_ const struct binding_call *c, size_t i, SV *sv)
{
  SvGETMAGIC (sv);
  if (!SvOK (sv) || (SvROK (sv) && !SvAMAGIC (sv))
      || (!SvROK (sv) && !looks_like_number (sv)))
    wrong (aTHX_ c, i, "a number");
  (void) SvIV_nomg (sv);
  if (SvIsUV (sv) && SvUV_nomg (sv) > INT64_MAX)
    wrong (aTHX_ c, i, "a number of at most 64 bits");
  if (!SvIOK (sv) && (SvNV_nomg (sv) >= 9223372036854775808.0
                      || SvNV_nomg (sv) < -9223372036854775808.0))
    wrong (aTHX_ c, i, "a number of at most 64 bits");
  return SvIV_nomg (sv);
}

void
perl_take (pTHX_ const struct binding_call *c, size_t i, SV *sv,
           union binding_value *ret)
{
  STRLEN len;

  switch (c->args[i].type) {
  case BINDING_OPTSTRING:
    SvGETMAGIC (sv);
    ret->string = SvOK (sv) ? string_of (aTHX_ c, i, sv) : NULL;
    break;
  case BINDING_STRING:
    ret->string = string_of (aTHX_ c, i, sv);
    break;
  case BINDING_STRINGS:
    ret->strings = strings_of (aTHX_ c, i, sv);
    break;
  case BINDING_BUFFER:
    ret->buffer.data = bytes_of (aTHX_ c, i, sv, &len);
    ret->buffer.size = len;
    break;
  case BINDING_BOOL:
    ret->number = SvTRUE (sv) ? 1 : 0;
    break;
  case BINDING_INT:
    ret->number = number_of (aTHX_ c, i, sv);
    if (ret->number < INT_MIN || ret->number > INT_MAX)
      wrong (aTHX_ c, i, "a number of at most 32 bits");
    break;
  case BINDING_INT64:
    ret->number = number_of (aTHX_ c, i, sv);
    break;
  case BINDING_POINTER:
    ret->pointer = INT2PTR (void *, number_of (aTHX_ c, i, sv));
    break;
  }
}

static SV *
field_of (pTHX_ const struct binding_field *f, const void *base)
{
  const char *bytes;
  size_t size;
  double percent;
  char one;

  switch (f->type) {
  case BINDING_FIELD_CHAR:
    one = (char) binding_field_number (f, base);
    return newSVpvn (&one, 1);
  case BINDING_FIELD_INT32:
  case BINDING_FIELD_UINT32:
  case BINDING_FIELD_INT64:
    return newSViv (binding_field_number (f, base));
  case BINDING_FIELD_UINT64:
    return newSVuv ((UV) binding_field_number (f, base));
  case BINDING_FIELD_PERCENT:
    percent = binding_field_percent (f, base);
    return newSVnv (percent);
  default:
    bytes = binding_field_bytes (f, base, &size);
    return newSVpvn (bytes, size);
  }
}

static SV *
hash_of (pTHX_ const struct binding_struct *s, const void *base)
{
  HV *hv = newHV ();

  for (size_t i = 0; i < s->nr_fields; i++) {
    const struct binding_field *f = &s->fields[i];

    (void) hv_store (hv, f->name, strlen (f->name), field_of (aTHX_ f, base),
                     0);
  }
  return newRV_noinc ((SV *) hv);
}

/* Room for `nr` results, where the arguments were. */
static SV **
make_room (pTHX_ SSize_t nr)
{
  SV **sp = PL_stack_sp;

  EXTEND (sp, nr > 0 ? nr : 1);
  return sp;
}

static SSize_t
push (pTHX_ SV *sv)
{
  SV **sp = make_room (aTHX_ 1);

  *++sp = sv_2mortal (sv);
  PL_stack_sp = sp;
  return 1;
}

static SSize_t
push_strings (pTHX_ char *const *strings)
{
  SSize_t nr = 0;
  SV **sp;

  while (strings[nr])
    nr++;
  sp = make_room (aTHX_ nr);
  for (SSize_t i = 0; i < nr; i++)
    *++sp = sv_2mortal (newSVpv (strings[i], 0));
  PL_stack_sp = sp;
  return nr;
}

static SSize_t
push_struct (pTHX_ const struct binding_struct *s, const void *base)
{
  SV **sp = make_room (aTHX_ s->nr_fields * 2);

  for (size_t i = 0; i < s->nr_fields; i++) {
    *++sp = sv_2mortal (newSVpv (s->fields[i].name, 0));
    *++sp = sv_2mortal (field_of (aTHX_ &s->fields[i], base));
  }
  PL_stack_sp = sp;
  return s->nr_fields * 2;
}

static SSize_t
push_structs (pTHX_ const struct binding_struct *s,
              const struct binding_struct_list *list)
{
  SV **sp = make_room (aTHX_ list->len);

  for (uint32_t i = 0; i < list->len; i++)
    *++sp = sv_2mortal (hash_of (aTHX_ s, list->val + i * s->size));
  PL_stack_sp = sp;
  return list->len;
}

/* Where Perl takes its memory with malloc the scalar can have the buffer. */
static SV *
scalar_of (pTHX_ union binding_result *result)
{
#if !defined MYMALLOC && !defined PERL_TRACK_MEMPOOL
  if (result->buffer.size >= 65536) {
    SV *sv = newSV (0);

    sv_usepvn (sv, TAKE_PTR (result->buffer.data), result->buffer.size);
    return sv;
  }
#endif
  return newSVpvn (result->buffer.data, result->buffer.size);
}

SSize_t
perl_give (pTHX_ const struct binding_call *c,
           union binding_result *result)
{
  switch (c->ret) {
  case BINDING_RETURN_ERR:
    return 0;
  case BINDING_RETURN_INT:
  case BINDING_RETURN_INT64:
  case BINDING_RETURN_BOOL:
    return push (aTHX_ newSViv (result->number));
  case BINDING_RETURN_CONST:
    return push (aTHX_ newSVpv (result->constant, 0));
  case BINDING_RETURN_OPTCONST:
    return push (aTHX_ result->constant ? newSVpv (result->constant, 0)
                                        : newSV (0));
  case BINDING_RETURN_STRING:
    return push (aTHX_ newSVpv (result->string, 0));
  case BINDING_RETURN_STRINGS:
  case BINDING_RETURN_HASH:
    return push_strings (aTHX_ result->strings);
  case BINDING_RETURN_BUFFER:
    return push (aTHX_ scalar_of (aTHX_ result));
  case BINDING_RETURN_STRUCT:
    return push_struct (aTHX_ c->ret_struct, result->structure);
  case BINDING_RETURN_STRUCTS:
    return push_structs (aTHX_ c->ret_struct, result->structure);
  }
  return 0;
}
