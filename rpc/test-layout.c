/* Property test of the tables and layout.c, over every struct of the API and
 * the arguments of every call: what is encoded decodes to the same; a message
 * that is cut anywhere is refused; a message that is changed anywhere is
 * refused or decodes to something that can be freed.
 */

#include <config.h>

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "protocol.h"
#include "strlist.h"

/* A fixed sequence: a failure can be repeated. */
static uint32_t
random_number (void)
{
  static uint64_t state = 88172645463325252;

  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state >> 16;
}

static char *
random_string (void)
{
  size_t len = random_number () % 9;
  char *str = calloc (1, len + 1);

  assert (str);
  for (size_t i = 0; i < len; i++)
    str[i] = 1 + random_number () % 255;
  return str;
}

static char **
random_strings (void)
{
  CLEANUP_STRLIST struct strlist list = STRLIST_INIT;

  for (size_t i = random_number () % 4; i > 0; i--)
    assert (strlist_add_taken (&list, random_string ()) == 0);
  return strlist_take (&list);
}

static void
set_pointer (void *base, const struct layout_field *f, void *pointer)
{
  memcpy ((char *) base + f->offset, &pointer, sizeof pointer);
}

static void
fill_buffer (void *base, const struct layout_field *f)
{
  size_t size = random_number () % 20;
  uint32_t narrow = size;
  char *data = malloc (size + 1);

  assert (data);
  for (size_t i = 0; i < size; i++)
    data[i] = random_number ();
  set_pointer (base, f, data);
  if (f->type == LAYOUT_BUFFER32)
    memcpy ((char *) base + f->size_offset, &narrow, sizeof narrow);
  else
    memcpy ((char *) base + f->size_offset, &size, sizeof size);
}

static void
fill_field (void *base, const struct layout_field *f)
{
  char *at = (char *) base + f->offset;
  uint32_t narrow = random_number ();
  uint64_t wide = (uint64_t) narrow << 32 | random_number ();
  float number = narrow % 1000 / 8.0f;

  switch (f->type) {
  case LAYOUT_CHAR:
    *at = narrow;
    break;
  case LAYOUT_BOOL:
    narrow &= 1;
    /* fall through */
  case LAYOUT_INT32:
  case LAYOUT_UINT32:
    memcpy (at, &narrow, sizeof narrow);
    break;
  case LAYOUT_INT64:
  case LAYOUT_UINT64:
    memcpy (at, &wide, sizeof wide);
    break;
  case LAYOUT_FLOAT:
    memcpy (at, &number, sizeof number);
    break;
  case LAYOUT_UUID:
    for (int i = 0; i < 32; i++)
      at[i] = random_number ();
    break;
  case LAYOUT_OPTSTRING:
    set_pointer (base, f, narrow & 1 ? random_string () : NULL);
    break;
  case LAYOUT_STRING:
  case LAYOUT_KEY:
    set_pointer (base, f, random_string ());
    break;
  case LAYOUT_STRINGS:
    set_pointer (base, f, random_strings ());
    break;
  case LAYOUT_BUFFER:
  case LAYOUT_BUFFER32:
    fill_buffer (base, f);
    break;
  case LAYOUT_FILEIN:
  case LAYOUT_FILEOUT:
  case LAYOUT_POINTER:
    break;
  }
}

static void
fill (const struct layout *l, void *base)
{
  for (size_t i = 0; i < l->nr_fields; i++)
    fill_field (base, &l->fields[i]);
}

static void
test_cut (const struct layout *l, const struct strbuf *b)
{
  void *got = calloc (1, l->size);

  assert (got);
  for (size_t len = 0; len < b->len; len++) {
    /* A copy of its own, so that reading beyond it is noticed. */
    CLEANUP_FREE void *cut = malloc (len ? len : 1);
    CLEANUP_ERROR struct error err = ERROR_INIT;
    struct xdr_reader r = xdr_reader (cut, len);

    assert (cut);
    memcpy (cut, b->data, len);
    assert (layout_decode (&r, l, got, &err) == -1);
    assert (err.errnum == EBADMSG);
  }
  free (got);
}

static void
test_changed (const struct layout *l, const struct strbuf *b)
{
  void *got = calloc (1, l->size);

  assert (got);
  for (int i = 0; i < 50 && b->len > 0; i++) {
    CLEANUP_FREE char *changed = malloc (b->len);
    struct xdr_reader r = xdr_reader (changed, b->len);

    assert (changed);
    memcpy (changed, b->data, b->len);
    for (int j = random_number () % 4; j >= 0; j--)
      changed[random_number () % b->len] = random_number ();
    if (layout_decode (&r, l, got, NULL) == 0)
      layout_release (l, got);
  }
  free (got);
}

static void
test_struct (const struct layout *l)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  void *sent = calloc (1, l->size), *got = calloc (1, l->size), *copy;
  struct xdr_reader r;

  assert (sent && got);
  fill (l, sent);
  assert (layout_encode (&b, l, sent, NULL) == 0);
  r = xdr_reader (b.data, b.len);
  assert (layout_decode (&r, l, got, NULL) == 0);
  assert (xdr_get_end (&r) == 0);
  assert (layout_compare (l, sent, got) == 0);
  copy = layout_copy (l, got);
  assert (copy != NULL);
  assert (layout_compare (l, sent, copy) == 0);
  test_cut (l, &b);
  test_changed (l, &b);
  layout_free (l, sent);
  layout_free (l, got);
  layout_free (l, copy);
}

static void
test_list (const struct layout *l)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  struct layout_list sent = { .len = random_number () % 5 };
  struct layout_list *got, *copy, none = { 0, NULL };
  struct xdr_reader r;

  sent.val = calloc (sent.len + 1, l->size);
  assert (sent.val);
  for (uint32_t i = 0; i < sent.len; i++)
    fill (l, (char *) sent.val + i * l->size);
  assert (layout_encode_list (&b, l, &sent, NULL) == 0);
  r = xdr_reader (b.data, b.len);
  assert (layout_decode_list (&r, l, &got, NULL) == 0);
  assert (xdr_get_end (&r) == 0);
  assert (layout_compare_list (l, &sent, got) == 0);
  copy = layout_copy_list (l, got);
  assert (copy != NULL);
  assert (layout_compare_list (l, copy, got) == 0);
  assert ((layout_compare_list (l, &none, got) == 0) == (got->len == 0));
  for (uint32_t i = 0; i < sent.len; i++)
    layout_release (l, (char *) sent.val + i * l->size);
  free (sent.val);
  layout_free_list (l, got);
  layout_free_list (l, copy);

  /* A count that the message cannot hold. */
  r = xdr_reader ("\x7f\xff\xff\xff\0\0\0\0", 8);
  assert (layout_decode_list (&r, l, &got, NULL) == -1);
}

static void
test_call (const struct call_info *info)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  CLEANUP_ERROR struct error err = ERROR_INIT;
  size_t opts_size = info->optargs ? info->optargs->size : 8;
  void *args = calloc (1, info->args->size), *opts = calloc (1, opts_size);
  void *got = calloc (1, info->args->size), *got_opts = calloc (1, opts_size);
  uint64_t bitmask = 0;

  assert (args && opts && got && got_opts);
  fill (info->args, args);
  if (info->optargs) {
    fill (info->optargs, opts);
    bitmask = (UINT64_C (1) << info->optargs->nr_fields) - 1;
    memcpy (opts, &bitmask, sizeof bitmask);
  }
  assert (call_encode_args (&b, info, args, info->optargs ? opts : NULL,
                            NULL) == 0);
  assert (call_decode_args (b.data, b.len, info, got, got_opts, NULL) == 0);
  assert (layout_compare (info->args, args, got) == 0);
  assert (memcmp (opts, got_opts, 8) == 0);
  if (info->optargs)
    assert (layout_compare (info->optargs, opts, got_opts) == 0);
  call_release_args (info, got, got_opts);

  /* A bit too many, and a byte too many. */
  b.data[0] |= 0x80;
  assert (call_decode_args (b.data, b.len, info, got, got_opts, &err) == -1
          && err.errnum == EINVAL);
  b.data[0] &= 0x7f;
  assert (xdr_put_uint32 (&b, 0) == 0);
  assert (call_decode_args (b.data, b.len, info, got, got_opts, NULL) == -1);
  call_release_args (info, args, opts);
  free (args);
  free (opts);
  free (got);
  free (got_opts);
}

int
main (void)
{
  for (size_t i = 0; i < NR_STRUCTS; i++)
    for (int j = 0; j < 20; j++) {
      test_struct (all_structs[i]);
      test_list (all_structs[i]);
    }
  for (size_t i = 0; i < NR_CALLS; i++)
    for (int j = 0; j < 5; j++)
      test_call (all_calls[i]);
  printf ("%zu structs, %zu calls\n", (size_t) NR_STRUCTS, (size_t) NR_CALLS);
  return 0;
}
