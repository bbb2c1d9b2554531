/* Drivers, with the hardware that they are for: see facts.h.  Those of Linux
 * are in depmod's files (modules.dep(5), and the kernel's modules.builtin and
 * modules.builtin.modinfo), those of Windows in its registry. */

#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "driverid.h"
#include "facts.h"
#include "rootfs.h"
#include "vector.h"
#include "winregistry.h"

#define FILE_MAX (32 << 20)
#define ROWS_MAX 500000

/* Texts are owned. */
struct driver {
  char *name, *file;
  char *match; /* hardware, as the system writes it; NULL: any, or none */
  struct driver_id id;
};

DEFINE_VECTOR (drivers, struct driver)

static void
driver_release (struct driver *d)
{
  free (d->name);
  free (d->file);
  free (d->match);
}

static void
drivers_free (struct drivers *v)
{
  size_t i;

  for (i = 0; i < v->len; ++i)
    driver_release (&v->ptr[i]);
  drivers_release (v);
}

#define CLEANUP_DRIVERS CLEANUP (drivers_free)

/* Of each text there is a copy; `id` may be NULL. */
static int
add_driver (struct drivers *v, const char *name, const char *file,
            const char *match, const struct driver_id *id)
{
  struct driver d = { strdup (name), strdup (file), strdup (match), { .bus = "" } };

  if (id)
    d.id = *id;
  if (v->len >= ROWS_MAX)
    errno = EFBIG;
  else if (d.name && d.file && d.match && drivers_append (v, d) == 0)
    return 0;
  driver_release (&d);
  return -1;
}

static int
compare (const void *a, const void *b)
{
  const struct driver *x = a, *y = b;
  int r = strcmp (x->name, y->name);

  /* What tells the file comes first. */
  return r != 0 ? r : strcmp (x->match, y->match);
}

static bool
is_same (const struct driver *a, const struct driver *b)
{
  return strcmp (a->match, b->match) == 0 && strcmp (a->file, b->file) == 0;
}

static int
add_row (const char *kernel, const struct driver *d, const char *file,
           struct strlist *ret)
{
  const struct driver_id *id = &d->id;
  const char *const texts[FACTS_DRIVER_COLUMNS] = {
    kernel, d->name, file, id->bus, id->class, id->vendor, id->device,
    id->subsystem, id->revision, id->identifier, id->collection, d->match,
  };
  size_t i;

  for (i = 0; i < FACTS_DRIVER_COLUMNS; ++i)
    if (strlist_add (ret, texts[i]) == -1)
      return -1;
  return 0;
}

/* Where something is known of a driver's hardware, the row that says only that
 * there is such a driver says nothing; and rows of aliases get the file. */
static int
add_rows (struct drivers *v, const char *kernel, struct strlist *ret)
{
  const char *file = "";
  size_t i;

  if (v->len > 0)
    qsort (v->ptr, v->len, sizeof v->ptr[0], compare);
  for (i = 0; i < v->len; ++i) {
    const struct driver *d = &v->ptr[i];
    bool first = i == 0 || strcmp (d[-1].name, d->name) != 0;
    bool last = i + 1 == v->len || strcmp (d[1].name, d->name) != 0;

    file = first || *d->file ? d->file : file;
    if ((!*d->match && !last) || (!first && is_same (&d[-1], d)))
      continue;
    if (add_row (kernel, d, file, ret) == -1)
      return -1;
  }
  return 0;
}

/* --- Linux ------------------------------------------------------------------ */

/* The name of a module by that of its file, "kernel/x/virtio-rng.ko.xz", which
 * is changed. */
static char *
module_name (char *path)
{
  char *name = strrchr (path, '/'), *end, *p;

  name = name ? name + 1 : path;
  end = strstr (name, ".ko");
  if (end)
    *end = '\0';
  for (p = name; (p = strchr (p, '-'));)
    *p = '_';
  return name;
}

static char *
read_list (int root, const char *modules, const char *name, size_t *ret_len)
{
  CLEANUP_FREE char *path = NULL;

  if (asprintf (&path, "%s/%s", modules, name) < 0) {
    path = NULL;
    return NULL;
  }
  return rootfs_read (root, path, FILE_MAX, ret_len);
}

/* Lines that begin with the path of a module, to its colon if there is one. */
static int
add_modules (int root, const char *modules, const char *list, bool builtin,
             struct drivers *v)
{
  CLEANUP_FREE char *text = read_list (root, modules, list, NULL);
  char *rest = text, *line;

  while (rest && (line = strsep (&rest, "\n"))) {
    CLEANUP_FREE char *path = NULL;

    line[strcspn (line, ":")] = '\0';
    if (!*line)
      continue;
    if (!builtin && asprintf (&path, "%s%s%s", *line == '/' ? "" : modules,
                              *line == '/' ? "" : "/", line) < 0) {
      path = NULL;
      return -1;
    }
    if (add_driver (v, module_name (line), path ? path : "", "", NULL) == -1)
      return -1;
  }
  return text ? 0 : 1;
}

static int
add_alias (const char *alias, const char *name, struct drivers *v)
{
  struct driver_id id;

  return driver_id_modalias (alias, &id) ? add_driver (v, name, "", alias, &id)
    : 0;
}

/* "alias pci:v0000... virtio_pci" */
static int
add_aliases (int root, const char *modules, struct drivers *v)
{
  CLEANUP_FREE char *text = read_list (root, modules, "modules.alias", NULL);
  char *rest = text, *line;

  while (rest && (line = strsep (&rest, "\n"))) {
    char *word = strsep (&line, " "), *alias = strsep (&line, " ");

    if (strcmp (word, "alias") == 0 && alias && line && *line
        && add_alias (alias, line, v) == -1)
      return -1;
  }
  return 0;
}

/* "virtio_pci.alias=pci:v0000...", each ended by NUL, of what is built in. */
static int
add_builtin_aliases (int root, const char *modules, struct drivers *v)
{
  static const char key[] = ".alias=";
  size_t len = 0, at;
  CLEANUP_FREE char *text = read_list (root, modules, "modules.builtin.modinfo",
                                       &len);

  for (at = 0; text && at < len; at += strlen (text + at) + 1) {
    char *name = text + at, *dot = strstr (name, key);

    if (!dot)
      continue;
    dot[0] = '\0';
    if (add_alias (dot + strlen (key), name, v) == -1)
      return -1;
    dot[0] = '.';
  }
  return 0;
}

static int
drivers_of_kernel (int root, const char *version, const char *modules,
                   struct strlist *ret)
{
  CLEANUP_DRIVERS struct drivers v = { NULL, 0, 0 };
  int r = add_modules (root, modules, "modules.dep", false, &v);

  if (r == 1) /* depmod has not run yet */
    r = add_modules (root, modules, "modules.order", false, &v);
  if (r == -1 || add_modules (root, modules, "modules.builtin", true, &v) == -1
      || add_aliases (root, modules, &v) == -1
      || add_builtin_aliases (root, modules, &v) == -1)
    return -1;
  return add_rows (&v, version, ret);
}

static int
linux_drivers (int root, const struct system_info *info, struct strlist *ret)
{
  CLEANUP_STRLIST struct strlist kernels = STRLIST_INIT;
  size_t i;

  if (facts_kernels (root, info, &kernels) == -1)
    return -1;
  for (i = 0; i < kernels.len; i += FACTS_KERNEL_COLUMNS)
    if (*kernels.items[i + 3]
        && drivers_of_kernel (root, kernels.items[i], kernels.items[i + 3],
                              ret) == -1)
      return -1;
  return 0;
}

/* --- Windows ------------------------------------------------------------------ */

struct windows {
  struct registry *r;
  size_t database; /* key */
  const char *bus, *device;
  struct drivers *v;
  int status;
};

/* "oem3.inf" says less than what it was called before it was installed:
 * "netkvm.inf_amd64_01234567", of which the beginning is its name. */
static char *
inf_name (const struct windows *w, const char *inf)
{
  size_t files = registry_key_below (w->r, w->database, "DriverInfFiles");
  size_t key = files ? registry_key_below (w->r, files, inf) : 0;
  CLEANUP_FREE char *package = key && strncasecmp (inf, "oem", 3) == 0
    ? registry_string (w->r, key, "Active") : NULL;
  const char *name = package && *package ? package : inf;
  const char *end = strcasestr (name, ".inf");

  return end ? strndup (name, end - name) : strdup (name);
}

/* Values have the names of drivers. */
static void
add_inf (void *opaque, const char *inf, const unsigned char *data, size_t len)
{
  struct windows *w = opaque;
  CLEANUP_FREE char *name = NULL;
  CLEANUP_FREE char *match = NULL;
  struct driver_id id;

  if (!*inf || w->status == -1
      || !driver_id_windows (w->bus, w->device, &id))
    return;
  name = inf_name (w, inf);
  if (asprintf (&match, "%s\\%s", w->bus, w->device) < 0)
    match = NULL;
  if (!name || !match || add_driver (w->v, name, inf, match, &id) == -1)
    w->status = -1;
}

static int
drivers_of_bus (struct windows *w, size_t bus)
{
  CLEANUP_FREE size_t *devices = registry_children (w->r, bus);
  CLEANUP_FREE char *bus_name = registry_name (w->r, bus);
  size_t i;

  /* {...} are classes of devices. */
  if (!bus_name || bus_name[0] == '{')
    return 0;
  for (i = 0; devices && devices[i] && w->status == 0; ++i) {
    CLEANUP_FREE char *device = registry_name (w->r, devices[i]);

    if (!device)
      continue;
    w->bus = bus_name;
    w->device = device;
    registry_each_value (w->r, devices[i], add_inf, w);
  }
  return w->status;
}

/* Since Windows 8: DriverDatabase\DeviceIds\PCI\VEN_...; in later ones most of
 * it is in a hive of its own. */
static int
drivers_in_database (struct registry *r, struct drivers *v)
{
  struct windows w = { .r = r, .v = v };
  CLEANUP_FREE size_t *buses = NULL;
  size_t i, ids;

  w.database = registry_key (r, "DriverDatabase");
  ids = w.database ? registry_key_below (r, w.database, "DeviceIds") : 0;
  buses = ids ? registry_children (r, ids) : NULL;
  for (i = 0; buses && buses[i]; ++i)
    if (drivers_of_bus (&w, buses[i]) == -1)
      return -1;
  return 0;
}

/* Before: what is needed to boot, "pci#ven_1af4&dev_1001", with its service. */
static int
critical_drivers (int root, const struct system_info *info, struct drivers *v)
{
  size_t key, i;
  CLEANUP_REGISTRY struct registry *r
    = winregistry_control_set (root, info, "Control\\CriticalDeviceDatabase",
                               &key);
  CLEANUP_FREE size_t *devices = r && key ? registry_children (r, key) : NULL;

  for (i = 0; devices && devices[i]; ++i) {
    CLEANUP_FREE char *service = registry_string (r, devices[i], "Service");
    CLEANUP_FREE char *name = registry_name (r, devices[i]);
    char *sharp = name ? strchr (name, '#') : NULL;
    struct driver_id id;

    if (!sharp || !service || !*service)
      continue;
    *sharp = '\0';
    if (!driver_id_windows (name, sharp + 1, &id))
      continue;
    *sharp = '\\';
    if (add_driver (v, service, "", name, &id) == -1)
      return -1;
  }
  return 0;
}

static int
windows_drivers (int root, const struct system_info *info, struct strlist *ret)
{
  CLEANUP_DRIVERS struct drivers v = { NULL, 0, 0 };
  CLEANUP_FREE char *hive = NULL;
  CLEANUP_FREE char *path = NULL;
  CLEANUP_REGISTRY struct registry *system = NULL, *drivers = NULL;

  if (asprintf (&hive, "%s/System32/config/DRIVERS",
                info->windows.systemroot) < 0) {
    hive = NULL;
    return -1;
  }
  path = rootfs_nocase (root, hive);
  drivers = path ? registry_open (root, path) : NULL;
  system = info->windows.system_hive
    ? registry_open (root, info->windows.system_hive) : NULL;
  if ((drivers && drivers_in_database (drivers, &v) == -1)
      || (system && drivers_in_database (system, &v) == -1)
      || critical_drivers (root, info, &v) == -1)
    return -1;
  return add_rows (&v, "", ret);
}

int
facts_drivers (int root, const struct system_info *info, struct strlist *ret)
{
  return info->windows.systemroot ? windows_drivers (root, info, ret)
    : linux_drivers (root, info, ret);
}
