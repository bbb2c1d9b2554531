/* Applications and packages of a system: what inspector/ lists, as the API has
 * it. */

#include <config.h>

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "applications.h"
#include "guestpath.h"
#include "inspection.h"
#include "structs.h"

/* A member of a struct and the field that goes there. */
struct member {
  size_t offset;
  enum app_field field;
};

#define MEMBER(type, name, field) { offsetof (struct guestfs_##type, name), \
                                    (field) }

static const struct member members2[] = {
  MEMBER (application2, app2_name, APP_NAME),
  MEMBER (application2, app2_display_name, APP_DISPLAY_NAME),
  MEMBER (application2, app2_version, APP_VERSION),
  MEMBER (application2, app2_release, APP_RELEASE),
  MEMBER (application2, app2_arch, APP_ARCH),
  MEMBER (application2, app2_install_path, APP_INSTALL_PATH),
  MEMBER (application2, app2_trans_path, APP_NR_FIELDS),
  MEMBER (application2, app2_publisher, APP_PUBLISHER),
  MEMBER (application2, app2_url, APP_URL),
  MEMBER (application2, app2_source_package, APP_SOURCE_PACKAGE),
  MEMBER (application2, app2_summary, APP_SUMMARY),
  MEMBER (application2, app2_description, APP_DESCRIPTION),
  MEMBER (application2, app2_class, APP_CLASS),
  MEMBER (application2, app2_spare2, APP_NR_FIELDS),
  MEMBER (application2, app2_spare3, APP_NR_FIELDS),
  MEMBER (application2, app2_spare4, APP_NR_FIELDS),
};

static const struct member members1[] = {
  MEMBER (application, app_name, APP_NAME),
  MEMBER (application, app_display_name, APP_DISPLAY_NAME),
  MEMBER (application, app_version, APP_VERSION),
  MEMBER (application, app_release, APP_RELEASE),
  MEMBER (application, app_install_path, APP_INSTALL_PATH),
  MEMBER (application, app_trans_path, APP_NR_FIELDS),
  MEMBER (application, app_publisher, APP_PUBLISHER),
  MEMBER (application, app_url, APP_URL),
  MEMBER (application, app_source_package, APP_SOURCE_PACKAGE),
  MEMBER (application, app_summary, APP_SUMMARY),
  MEMBER (application, app_description, APP_DESCRIPTION),
};

#define COUNT(array) (sizeof array / sizeof array[0])

/* Move texts to the members of a zeroed struct; empty where there is none. */
static int
fill (void *to, const struct member *members, size_t nr_members,
      struct application *app)
{
  size_t i;

  for (i = 0; i < nr_members; ++i) {
    char *text = members[i].field == APP_NR_FIELDS
      ? NULL : TAKE_PTR (app->text[members[i].field]);

    if (!text && !(text = strdup ("")))
      return -1;
    memcpy ((char *) to + members[i].offset, &text, sizeof text);
  }
  return 0;
}

/* The items of a list of either kind of struct: `size` bytes each, the epoch at
 * `epoch`.  *ret_len counts those that have been made, whatever happens. */
static int
fill_list (void *ret_val, uint32_t *ret_len, size_t size, size_t epoch,
           const struct member *members, size_t nr_members,
           struct app_list *list)
{
  char *items = calloc (list->apps.len ? list->apps.len : 1, size);
  size_t i;

  if (!items)
    return -1;
  memcpy (ret_val, &items, sizeof items);
  for (i = 0; i < list->apps.len; ++i) {
    struct application *app = &list->apps.ptr[i];

    *ret_len = i + 1;
    memcpy (items + i * size + epoch, &app->epoch, sizeof app->epoch);
    if (fill (items + i * size, members, nr_members, app) == -1)
      return -1;
  }
  return 0;
}

static struct guestfs_application2_list *
to_list2 (struct app_list *list, struct error *err)
{
  struct guestfs_application2_list *ret = calloc (1, sizeof *ret);

  if (ret && fill_list (&ret->val, &ret->len, sizeof *ret->val,
                        offsetof (struct guestfs_application2, app2_epoch),
                        members2, COUNT (members2), list) == 0)
    return ret;
  error_errno (err, "packages");
  struct_free_application2_list (ret);
  return NULL;
}

static struct guestfs_application_list *
to_list1 (struct app_list *list, struct error *err)
{
  struct guestfs_application_list *ret = calloc (1, sizeof *ret);

  if (ret && fill_list (&ret->val, &ret->len, sizeof *ret->val,
                        offsetof (struct guestfs_application, app_epoch),
                        members1, COUNT (members1), list) == 0)
    return ret;
  error_errno (err, "packages");
  struct_free_application_list (ret);
  return NULL;
}

/* Something of which nothing could be read must not look empty. */
static int
check_damage (const struct app_list *list, struct error *err)
{
  if (list->apps.len == 0 && list->warnings.len > 0)
    return error_set (err, EIO, "%s", list->warnings.items[0]);
  return 0;
}

static void
pass_warnings (const struct inspected *system, const struct app_list *list)
{
  size_t i;

  for (i = 0; i < list->warnings.len; ++i)
    inspection_warn (system, list->warnings.items[i]);
}

static int
read_list (const struct mountable *root, struct app_list *list,
           struct error *err)
{
  CLEANUP_INSPECT_TREE struct inspect_tree tree = INSPECT_TREE_INIT;
  const struct inspected *system = inspection_find (root, err);
  struct app_hints hints;

  if (!system)
    return -1;
  if (strcmp (system->info.format, "installed") != 0)
    return 0; /* a disc has packages, but none are installed */
  if (inspection_open_tree (system, &tree, err) == -1)
    return -1;
  hints = (struct app_hints) {
    .package_format = system->info.package_format,
    .type = system->info.type,
    .software_hive = system->info.windows.software_hive,
    .systemroot = system->info.windows.systemroot,
  };
  if (applications_list (tree.root, &hints, list, err) == -1)
    return error_prefix (err, "%s", root->string);
  pass_warnings (system, list);
  return check_damage (list, err);
}

struct guestfs_application2_list *
do_inspect_list_applications2 (const struct mountable *root,
                               struct error *err)
{
  CLEANUP_APP_LIST struct app_list list = APP_LIST_INIT;

  return read_list (root, &list, err) == -1 ? NULL : to_list2 (&list, err);
}

struct guestfs_application_list *
do_inspect_list_applications (const struct mountable *root, struct error *err)
{
  CLEANUP_APP_LIST struct app_list list = APP_LIST_INIT;

  return read_list (root, &list, err) == -1 ? NULL : to_list1 (&list, err);
}

struct guestfs_application2_list *
do_internal_list_rpm_applications (struct error *err)
{
  CLEANUP_APP_LIST struct app_list list = APP_LIST_INIT;
  const struct app_hints hints = { .package_format = "rpm", .type = "linux" };
  int root = guest_root_fd (err);

  if (root == -1 || applications_list (root, &hints, &list, err) == -1
      || check_damage (&list, err) == -1)
    return NULL;
  return to_list2 (&list, err);
}
