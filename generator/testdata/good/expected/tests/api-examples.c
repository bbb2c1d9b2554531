/* The examples of the .api files as tests.
 *
 * Made by the generator from generator/api; changes here are lost. */

#include <config.h>

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "examples.h"

static void
example_get_buffer_0 (struct example_run *x)
{
  guestfs_h *g = x->g;

  (void) g;
  if (example_line (x, 110, "get_buffer /f offset:5 => \"a\\tb\"")) {
    size_t size = 0;
    char *data = guestfs_get_buffer (g, "/f", &size, GUESTFS_GET_BUFFER_OFFSET, (int64_t) INT64_C (5), -1);

    want_buffer (x, data, size, "a\011b", 3);
  }
}

static void
example_get_hash_0 (struct example_run *x)
{
  guestfs_h *g = x->g;

  (void) g;
  if (example_line (x, 98, "get_hash => {\"a b\": \"c\"}")) {
    want_hash (x, guestfs_get_hash (g), (char *[]) { (char *) "a b", (char *) "c", NULL });
  }
}

static void
example_get_mode_0 (struct example_run *x)
{
  guestfs_h *g = x->g;

  (void) g;
  if (example_line (x, 121, "get_mode => 0640")) {
    want_int (x, guestfs_get_mode (g), INT64_C (416));
  }
}

static void
example_get_point_0 (struct example_run *x)
{
  guestfs_h *g = x->g;

  (void) g;
  if (example_line (x, 77, "get_point 0 => {x: 1, name: \"a\", kind: \"k\", data: \"\\x00\\\"\", id: \"i\"}")) {
    struct guestfs_point *r = guestfs_get_point (g, (int) INT64_C (0));
    want_success (x, r != NULL);
    if (!r)
      return;
    want_number (x, "x", r->x, INT64_C (1));
    want_text (x, "name", r->name, strlen (r->name), "a", 1);
    want_text (x, "kind", &r->kind, 1, "k", 1);
    want_text (x, "data", r->data, r->data_len, "\000\"", 2);
    want_text (x, "id", r->id, 32, "i", 1);
    guestfs_free_point (r);
  }
}

static void
example_get_points_0 (struct example_run *x)
{
  guestfs_h *g = x->g;

  (void) g;
  if (example_line (x, 87, "get_points => [{x: 1}, {}]")) {
    struct guestfs_point_list *r = guestfs_get_points (g);
    want_success (x, r != NULL);
    if (!r)
      return;
    want_count (x, r->len, 2);
    if (x->failed)
      goto out_87;
    want_number (x, "x", r->val[0].x, INT64_C (1));
    if (x->failed)
      goto out_87;
  out_87:
    guestfs_free_point_list (r);
  }
  if (example_line (x, 88, "get_points => []")) {
    struct guestfs_point_list *r = guestfs_get_points (g);
    want_success (x, r != NULL);
    if (!r)
      return;
    want_count (x, r->len, 0);
    guestfs_free_point_list (r);
  }
}

static void
example_get_thing_0 (struct example_run *x)
{
  guestfs_h *g = x->g;

  (void) g;
  if (example_line (x, 139, "get_thing => null")) {
    want_const (x, guestfs_get_thing (g), NULL);
  }
}

static void
example_take_all_0 (struct example_run *x)
{
  guestfs_h *g = x->g;

  (void) g;
  if (example_line (x, 65, "take_all a /p /dev/sda /dev/sda /p /p f secret g null in [] [] [] [\"/a\", \"b c\"] 0x10 -1 true \"x\\n\" force:true names:\"a b\" => ok")) {
    ignore_int (x, guestfs_take_all_opts (g, "a", "/p", "/dev/sda", "/dev/sda", "/p", "/p", "f", "secret", "g", NULL, "in", (char *[]) { NULL }, (char *[]) { NULL }, (char *[]) { NULL }, (char *[]) { (char *) "/a", (char *) "b c", NULL }, (int) INT64_C (16), (int64_t) INT64_C (-1), (int) 1, "x\012", 2, GUESTFS_TAKE_ALL_OPTS_FORCE, (int) 1, GUESTFS_TAKE_ALL_OPTS_NAMES, (char *[]) { (char *) "a", (char *) "b", NULL }, -1));
  }
  if (example_line (x, 66, "take_all \"\" \"\" \"\" \"\" \"\" \"\" \"\" \"\" \"\" \"\" \"\" [] [] [] [] 0 0 0 \"\" !! EINVAL")) {
    want_error (x, EINVAL, "EINVAL", guestfs_take_all_opts (g, "", "", "", "", "", "", "", "", "", "", "", (char *[]) { NULL }, (char *[]) { NULL }, (char *[]) { NULL }, (char *[]) { NULL }, (int) INT64_C (0), (int64_t) INT64_C (0), (int) INT64_C (0), "", 0, -1) == -1);
  }
}

const struct example examples[] = {
  { "get_buffer", "small.api", "none", example_get_buffer_0 },
  { "get_hash", "small.api", "none", example_get_hash_0 },
  { "get_mode", "small.api", "none", example_get_mode_0 },
  { "get_point", "small.api", "none", example_get_point_0 },
  { "get_points", "small.api", "none", example_get_points_0 },
  { "get_thing", "small.api", "none", example_get_thing_0 },
  { "take_all", "small.api", "ext4", example_take_all_0 },
  { NULL, NULL, NULL, NULL },
};
