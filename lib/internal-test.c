/* guestfs_internal_test*: what the tests of language bindings call.
 *
 * They need no appliance.  Those that take arguments write them down, one a
 * line, so that a test can compare what came through its language with what it
 * gave; the others return a value of each type, or fail.
 */

#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "handle.h"
#include "impl.h"
#include "internal-test.h"
#include "protocol.h"

/* --- writing arguments down ------------------------------------------------ */

static void
print_strings (FILE *fp, char *const *strings)
{
  fputc ('[', fp);
  for (size_t i = 0; strings[i]; i++)
    fprintf (fp, "%s\"%s\"", i > 0 ? ", " : "", strings[i]);
  fputc (']', fp);
}

static void
print_buffer (FILE *fp, const char *data, size_t size)
{
  for (size_t i = 0; i < size; i++)
    fprintf (fp, "<%02x>", (unsigned char) data[i]);
}

static void
print_value (FILE *fp, const struct layout_field *f, const void *base)
{
  const char *str;

  switch (f->type) {
  case LAYOUT_BOOL:
    fputs (layout_number (base, f) ? "true" : "false", fp);
    break;
  case LAYOUT_INT32:
  case LAYOUT_INT64:
    fprintf (fp, "%" PRIi64, layout_number (base, f));
    break;
  case LAYOUT_STRINGS:
    print_strings (fp, layout_strings (base, f));
    break;
  case LAYOUT_BUFFER:
    print_buffer (fp, layout_string (base, f), layout_buffer_size (base, f));
    break;
  default:
    str = layout_string (base, f);
    fputs (str ? str : "null", fp);
  }
  fputc ('\n', fp);
}

static int
print_call (guestfs_h *g, const struct call_info *info, const void *args,
            const void *optargs, struct error *err)
{
  FILE *fp = g->test_output ? g->test_output : stdout;
  uint64_t bitmask;

  for (size_t i = 0; i < info->args->nr_fields; i++)
    print_value (fp, &info->args->fields[i], args);
  memcpy (&bitmask, optargs, sizeof bitmask);
  for (size_t i = 0; i < info->optargs->nr_fields; i++) {
    const struct layout_field *f = &info->optargs->fields[i];

    fprintf (fp, "%s: ", f->name);
    if (bitmask >> i & 1)
      print_value (fp, f, optargs);
    else
      fputs ("unset\n", fp);
  }
  return fflush (fp) == EOF ? error_errno (err, "the output file") : 0;
}

int
impl_internal_test (guestfs_h *g, const char *str, const char *optstr,
                    char *const *strlist, int b, int integer,
                    int64_t integer64, const char *filein, const char *fileout,
                    const char *bufferin, size_t bufferin_size,
                    const struct guestfs_internal_test_argv *optargs,
                    struct error *err)
{
  const struct args_internal_test args = {
    .str = str, .optstr = optstr, .strlist = strlist, .b = b,
    .integer = integer, .integer64 = integer64, .filein = filein,
    .fileout = fileout, .bufferin = bufferin, .bufferin_size = bufferin_size,
  };

  return print_call (g, &call_info_internal_test, &args, optargs, err);
}

int
impl_internal_test_only_optargs
  (guestfs_h *g, const struct guestfs_internal_test_only_optargs_argv *optargs,
   struct error *err)
{
  return print_call (g, &call_info_internal_test_only_optargs, NULL, optargs,
                     err);
}

int
impl_internal_test_63_optargs
  (guestfs_h *g, const struct guestfs_internal_test_63_optargs_argv *optargs,
   struct error *err)
{
  return print_call (g, &call_info_internal_test_63_optargs, NULL, optargs,
                     err);
}

static int
close_output (guestfs_h *g, struct error *err)
{
  FILE *fp = TAKE_PTR (g->test_output);

  return fp && fclose (fp) == EOF ? error_errno (err, "the output file") : 0;
}

int
impl_internal_test_set_output (guestfs_h *g, const char *filename,
                               struct error *err)
{
  FILE *fp = fopen (filename, "we");

  if (!fp)
    return error_errno (err, "%s", filename);
  if (close_output (g, err) == -1) {
    fclose (fp);
    return -1;
  }
  g->test_output = fp;
  return 0;
}

int
impl_internal_test_close_output (guestfs_h *g, struct error *err)
{
  return close_output (g, err);
}

void
internal_test_release (guestfs_h *g)
{
  (void) close_output (g, NULL);
}

/* --- returning values ------------------------------------------------------- */

static int
parse_number (const char *val, int64_t min, int64_t max, int64_t *ret,
              struct error *err)
{
  long long n;
  char *end;

  errno = 0;
  n = strtoll (val, &end, 10);
  if (errno || end == val || *end || n < min || n > max)
    return error_set (err, EINVAL, "val: '%s' is not a number from %" PRIi64
                      " to %" PRIi64, val, min, max);
  *ret = n;
  return 0;
}

/* How many elements `val` asks for: no more than a test needs. */
static int
parse_count (const char *val, struct error *err)
{
  int64_t n = -1;

  (void) parse_number (val, 0, 1000000, &n, err);
  return n;
}

int
impl_internal_test_rint (guestfs_h *g, const char *val, struct error *err)
{
  int64_t n = -1;

  (void) parse_number (val, INT32_MIN, INT32_MAX, &n, err);
  return n;
}

int64_t
impl_internal_test_rint64 (guestfs_h *g, const char *val, struct error *err)
{
  int64_t n = -1;

  (void) parse_number (val, INT64_MIN, INT64_MAX, &n, err);
  return n;
}

int
impl_internal_test_rbool (guestfs_h *g, const char *val, struct error *err)
{
  return strcmp (val, "true") == 0;
}

const char *
impl_internal_test_rconststring (guestfs_h *g, const char *val,
                                 struct error *err)
{
  return "static string";
}

const char *
impl_internal_test_rconstoptstring (guestfs_h *g, const char *val,
                                    struct error *err)
{
  return "static string";
}

char *
impl_internal_test_rstring (guestfs_h *g, const char *val, struct error *err)
{
  char *ret = strdup (val);

  if (!ret)
    error_errno (err, "strdup");
  return ret;
}

char *
impl_internal_test_rbufferout (guestfs_h *g, const char *val, size_t *ret_size,
                               struct error *err)
{
  char *ret = impl_internal_test_rstring (g, val, err);

  if (ret)
    *ret_size = strlen (ret);
  return ret;
}

/* "0", "1", ..., each `times` times. */
static char **
count_up (const char *val, int times, struct error *err)
{
  CLEANUP_STRLIST struct strlist l = STRLIST_INIT;
  int n = parse_count (val, err);
  char **ret;

  if (n == -1)
    return NULL;
  for (int i = 0; i < n * times; i++)
    if (strlist_addf (&l, "%d", i / times) == -1) {
      error_errno (err, "strings");
      return NULL;
    }
  ret = strlist_take (&l);
  if (!ret)
    error_errno (err, "strings");
  return ret;
}

char **
impl_internal_test_rstringlist (guestfs_h *g, const char *val,
                                struct error *err)
{
  return count_up (val, 1, err);
}

char **
impl_internal_test_rhashtable (guestfs_h *g, const char *val,
                               struct error *err)
{
  return count_up (val, 2, err);
}

static int
fill_pv (struct guestfs_lvm_pv *pv, int i, struct error *err)
{
  *pv = (struct guestfs_lvm_pv) {
    .pv_size = i, .dev_size = i, .pv_free = i, .pv_used = i,
    .pv_pe_count = i, .pv_pe_alloc_count = i, .pe_start = i,
    .pv_mda_count = i, .pv_mda_free = i,
  };
  memcpy (pv->pv_uuid, "12345678901234567890123456789012",
          sizeof pv->pv_uuid);
  if (asprintf (&pv->pv_name, "pv%d", i) == -1)
    pv->pv_name = NULL;
  if (asprintf (&pv->pv_attr, "attr%d", i) == -1)
    pv->pv_attr = NULL;
  if (asprintf (&pv->pv_tags, "tag%d", i) == -1)
    pv->pv_tags = NULL;
  pv->pv_fmt = strdup ("unknown");
  if (!pv->pv_name || !pv->pv_attr || !pv->pv_tags || !pv->pv_fmt)
    return error_errno (err, "struct");
  return 0;
}

struct guestfs_lvm_pv *
impl_internal_test_rstruct (guestfs_h *g, const char *val, struct error *err)
{
  struct guestfs_lvm_pv *pv = calloc (1, sizeof *pv);

  if (!pv)
    error_errno (err, "struct");
  else if (fill_pv (pv, 0, err) == -1) {
    struct_free_lvm_pv (pv);
    pv = NULL;
  }
  return pv;
}

struct guestfs_lvm_pv_list *
impl_internal_test_rstructlist (guestfs_h *g, const char *val,
                                struct error *err)
{
  CLEANUP (cleanup_struct_lvm_pv_list) struct guestfs_lvm_pv_list *list = NULL;
  int n = parse_count (val, err);

  if (n == -1)
    return NULL;
  list = calloc (1, sizeof *list);
  if (list)
    list->val = calloc (n > 0 ? n : 1, sizeof *list->val);
  if (!list || !list->val) {
    error_errno (err, "list");
    return NULL;
  }
  while (list->len < (uint32_t) n) {
    int i = list->len++;

    if (fill_pv (&list->val[i], i, err) == -1)
      return NULL;
  }
  return TAKE_PTR (list);
}

/* --- failing ---------------------------------------------------------------- */

#define FAILS_INT(ctype, name)                                          \
  ctype                                                                 \
  impl_internal_test_##name##err (guestfs_h *g, struct error *err)      \
  {                                                                     \
    return error_set (err, EINVAL, "error");                            \
  }

#define FAILS_POINTER(ctype, name)                                      \
  ctype                                                                 \
  impl_internal_test_##name##err (guestfs_h *g, struct error *err)      \
  {                                                                     \
    error_set (err, EINVAL, "error");                                   \
    return NULL;                                                        \
  }

FAILS_INT (int, rint)
FAILS_INT (int64_t, rint64)
FAILS_INT (int, rbool)
FAILS_POINTER (const char *, rconststring)
FAILS_POINTER (char *, rstring)
FAILS_POINTER (char **, rstringlist)
FAILS_POINTER (char **, rhashtable)
FAILS_POINTER (struct guestfs_lvm_pv *, rstruct)
FAILS_POINTER (struct guestfs_lvm_pv_list *, rstructlist)

char *
impl_internal_test_rbufferouterr (guestfs_h *g, size_t *ret_size,
                                  struct error *err)
{
  error_set (err, EINVAL, "error");
  return NULL;
}

/* NULL is a value of this type: the call cannot fail. */
const char *
impl_internal_test_rconstoptstringerr (guestfs_h *g, struct error *err)
{
  return NULL;
}
