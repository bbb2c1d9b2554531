/* Kernels, with what they boot with: see facts.h. */

#include <config.h>

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "prefix.h"
#include "rootfs.h"
#include "text.h"
#include "vector.h"

#define NAMES_MAX 4096
#define MACHINES_MAX 64 /* folders of the Boot Loader Specification */

struct kernel {
  char *version, *path, *initrd, *modules;
};

DEFINE_VECTOR (kernels, struct kernel)

static void
kernels_free (struct kernels *v)
{
  size_t i;

  for (i = 0; i < v->len; ++i) {
    free (v->ptr[i].version);
    free (v->ptr[i].path);
    free (v->ptr[i].initrd);
    free (v->ptr[i].modules);
  }
  kernels_release (v);
}

/* "DIR/" + format of the suffix, when it is there. */
static char *
existing (int root, const char *before, const char *middle, const char *after)
{
  CLEANUP_FREE char *path = NULL;

  if (asprintf (&path, "%s%s%s", before, middle, after) < 0) {
    path = NULL;
    return NULL;
  }
  return rootfs_is_file (root, path) || rootfs_is_dir (root, path)
    ? TAKE_PTR (path) : NULL;
}

static char *
find_initrd (int root, const char *suffix)
{
  static const char *const forms[][2] = {
    { "/boot/initrd.img-", "" }, { "/boot/initramfs-", ".img" },
    { "/boot/initrd-", "" }, { "/boot/initrd-", ".img" },
    { "/boot/initramfs-", "" }, { "/boot/initramfs-genkernel-", "" },
    { "/boot/initramfs-genkernel-x86_64-", "" },
  };
  char *ret = NULL;
  size_t i;

  for (i = 0; !ret && i < sizeof forms / sizeof forms[0]; ++i)
    ret = existing (root, forms[i][0], suffix, forms[i][1]);
  return ret;
}

/* Kernels named by flavour ("vmlinuz-linux", "vmlinuz-lts") say their version
 * only by the folder of their modules: one with that name in its file pkgbase,
 * or at its end. */
static char *
version_of_flavour (int root, const char *flavour, char *const *modules)
{
  size_t i, len = strlen (flavour);

  for (i = 0; modules && modules[i]; ++i) {
    size_t n = strlen (modules[i]);
    CLEANUP_FREE char *path = NULL;
    CLEANUP_FREE char *base = NULL;

    if (asprintf (&path, "/lib/modules/%s/pkgbase", modules[i]) < 0) {
      path = NULL;
      return NULL;
    }
    base = text_first_line (root, path);
    if ((base && strcmp (base, flavour) == 0)
        || (n > len + 1 && modules[i][n - len - 1] == '-'
            && strcmp (modules[i] + n - len, flavour) == 0))
      return strdup (modules[i]);
  }
  return NULL;
}

static const char *
kernel_suffix (const char *name)
{
  static const char *const prefixes[] = {
    "vmlinuz-", "vmlinux-", "kernel-", "bzImage-", "Image-", "image-",
    "zImage-",
  };
  static const char *const others[] = { /* what is no kernel */
    ".old", ".img", ".gz", ".xz", ".hmac", ".sig", ".bak", ".map",
  };
  const char *rest;
  size_t i, n = strlen (name);

  for (i = 0; i < sizeof others / sizeof others[0]; ++i) {
    size_t len = strlen (others[i]);

    if (n > len && strcmp (name + n - len, others[i]) == 0)
      return NULL;
  }
  for (i = 0; i < sizeof prefixes / sizeof prefixes[0]; ++i)
    if ((rest = skip_prefix (name, prefixes[i])))
      return rest;
  return NULL;
}

/* "5.15.19" of "huge-5.15.19", "genkernel-x86_64-5.15.19": what begins with two
 * numbers; NULL where there is none. */
static const char *
version_in (const char *suffix)
{
  const char *p;

  for (p = suffix; p; p = strchr (p, '-')) {
    size_t digits;

    p += *p == '-';
    digits = strspn (p, "0123456789");
    if (digits > 0 && p[digits] == '.' && isdigit ((unsigned char) p[digits + 1]))
      return p;
  }
  return NULL;
}

static bool
has_version (const struct kernels *v, const char *version)
{
  size_t i;

  for (i = 0; i < v->len; ++i)
    if (strcmp (v->ptr[i].version, version) == 0)
      return true;
  return false;
}

/* Takes over `version` and `path`. */
static int
add_kernel (int root, struct kernels *v, char *version, char *path,
            const char *suffix)
{
  struct kernel k = { version, path, NULL, NULL };

  if (!version || !path || has_version (v, version)) {
    bool lost = !version || !path;

    free (version);
    free (path);
    return lost ? -1 : 0;
  }
  k.initrd = find_initrd (root, suffix);
  if (!k.initrd)
    k.initrd = existing (root, "/usr/lib/modules/", version, "/initramfs.img");
  k.modules = existing (root, "/lib/modules/", version, "");
  if (kernels_append (v, k) == -1) {
    free (k.version);
    free (k.path);
    free (k.initrd);
    free (k.modules);
    return -1;
  }
  return 0;
}

static int
kernels_in_boot (int root, struct kernels *v, char *const *modules)
{
  CLEANUP_STRINGS char **names = rootfs_list (root, "/boot", NAMES_MAX);
  size_t i;

  for (i = 0; names && names[i]; ++i) {
    const char *suffix = kernel_suffix (names[i]);
    char *version, *path;

    if (!suffix || !*suffix || strstr (suffix, "rescue"))
      continue;
    version = isdigit ((unsigned char) *suffix) ? NULL
      : version_of_flavour (root, suffix, modules);
    if (!version)
      version = strdup (version_in (suffix) ? version_in (suffix) : suffix);
    if (asprintf (&path, "/boot/%s", names[i]) < 0)
      path = NULL;
    if (add_kernel (root, v, version, path, suffix) == -1)
      return -1;
  }
  return 0;
}

/* Some keep the kernel with its modules, and copy it to where it boots from. */
static int
kernels_in_modules (int root, struct kernels *v, char *const *modules)
{
  size_t i;

  for (i = 0; modules && modules[i]; ++i) {
    char *path = existing (root, "/usr/lib/modules/", modules[i], "/vmlinuz");

    if (path && add_kernel (root, v, strdup (modules[i]), path,
                            modules[i]) == -1)
      return -1;
  }
  return 0;
}

/* DIR/MACHINE-ID/VERSION/linux, of the Boot Loader Specification. */
static int
kernels_of_machine (int root, struct kernels *v, const char *dir,
                    const char *machine)
{
  CLEANUP_STRINGS char **versions = NULL;
  CLEANUP_FREE char *path = NULL;
  size_t i;

  if (asprintf (&path, "%s/%s", dir, machine) < 0) {
    path = NULL;
    return -1;
  }
  versions = rootfs_list (root, path, NAMES_MAX);
  for (i = 0; versions && versions[i]; ++i) {
    CLEANUP_FREE char *below = NULL;
    char *kernel;
    size_t before = v->len;

    if (asprintf (&below, "%s/%s", path, versions[i]) < 0) {
      below = NULL;
      return -1;
    }
    kernel = existing (root, below, "/linux", "");
    if (!kernel)
      continue;
    if (add_kernel (root, v, strdup (versions[i]), kernel, versions[i]) == -1)
      return -1;
    if (v->len > before && !v->ptr[before].initrd)
      v->ptr[before].initrd = existing (root, below, "/initrd", "");
  }
  return 0;
}

static int
kernels_in_entries (int root, struct kernels *v)
{
  static const char *const dirs[] = { "/boot", "/boot/efi", "/efi" };
  size_t i, j, machines = 0;

  for (i = 0; i < sizeof dirs / sizeof dirs[0]; ++i) {
    CLEANUP_STRINGS char **names = rootfs_list (root, dirs[i], NAMES_MAX);

    for (j = 0; names && names[j]; ++j)
      if (strlen (names[j]) == 32
          && strspn (names[j], "0123456789abcdef") == 32
          && machines++ < MACHINES_MAX
          && kernels_of_machine (root, v, dirs[i], names[j]) == -1)
        return -1;
  }
  return 0;
}

/* --- other systems ------------------------------------------------------------------- */

/* Systems with one kernel at its place: as new as the system. */
static const struct {
  const char *type, *path, *modules;
} fixed[] = {
  { "freebsd", "/boot/kernel/kernel", "/boot/kernel" },
  { "netbsd", "/netbsd", "/stand" }, { "openbsd", "/bsd", NULL },
  { "minix", "/boot/minix_latest/kernel", "/boot/minix_latest" },
  { "minix", "/boot/minix/.temp/kernel", NULL },
};

static char *
system_version (const struct system_info *info)
{
  char *ret;

  return asprintf (&ret, "%d.%d%s%s", info->major_version, info->minor_version,
                   info->build_id ? "." : "",
                   info->build_id ? info->build_id : "") < 0 ? NULL : ret;
}

static int
fixed_kernels (int root, const struct system_info *info, struct kernels *v)
{
  size_t i;

  for (i = 0; i < sizeof fixed / sizeof fixed[0]; ++i) {
    char *path = strcmp (fixed[i].type, info->type) == 0
      ? existing (root, fixed[i].path, "", "") : NULL;
    size_t before = v->len;

    if (!path)
      continue;
    if (add_kernel (root, v, system_version (info), path, "") == -1)
      return -1;
    if (v->len > before && !v->ptr[before].modules && fixed[i].modules)
      v->ptr[before].modules = existing (root, fixed[i].modules, "", "");
  }
  return 0;
}

static int
windows_kernel (int root, const struct system_info *info, struct kernels *v)
{
  CLEANUP_FREE char *path = NULL;
  char *found;

  if (asprintf (&path, "%s/System32/ntoskrnl.exe",
                info->windows.systemroot) < 0) {
    path = NULL;
    return -1;
  }
  found = rootfs_nocase (root, path);
  return found ? add_kernel (root, v, system_version (info), found, "") : 0;
}

/* "/boot/gnumach-1.8-486.gz" */
static int
hurd_kernels (int root, struct kernels *v)
{
  CLEANUP_STRINGS char **names = rootfs_list (root, "/boot", NAMES_MAX);
  size_t i;

  for (i = 0; names && names[i]; ++i) {
    const char *begin = skip_prefix (names[i], "gnumach-");
    char *version, *path;

    if (!begin)
      continue;
    version = strdup (begin);
    if (version && strlen (begin) > 3
        && strcmp (begin + strlen (begin) - 3, ".gz") == 0)
      version[strlen (begin) - 3] = '\0';
    if (asprintf (&path, "/boot/%s", names[i]) < 0)
      path = NULL;
    if (add_kernel (root, v, version, path, begin) == -1)
      return -1;
  }
  return 0;
}

static int
linux_kernels (int root, struct kernels *v)
{
  CLEANUP_STRINGS char **modules = rootfs_list (root, "/lib/modules",
                                                NAMES_MAX);

  if (!modules)
    modules = rootfs_list (root, "/usr/lib/modules", NAMES_MAX);
  return kernels_in_boot (root, v, modules) == -1
         || kernels_in_entries (root, v) == -1
         || kernels_in_modules (root, v, modules) == -1 ? -1 : 0;
}

/* --- all of them ----------------------------------------------------------------------- */

static int
by_version (const void *a, const void *b)
{
  const struct kernel *x = a, *y = b;

  return strverscmp (x->version, y->version);
}

static int
add_rows (const struct kernels *v, struct strlist *ret)
{
  size_t i;
  int r = 0;

  for (i = 0; r == 0 && i < v->len; ++i) {
    const struct kernel *k = &v->ptr[i];

    r = strlist_add (ret, k->version) | strlist_add (ret, k->path)
      | strlist_add (ret, k->initrd ? k->initrd : "")
      | strlist_add (ret, k->modules ? k->modules : "");
  }
  return r ? -1 : 0;
}

int
facts_kernels (int root, const struct system_info *info, struct strlist *ret)
{
  CLEANUP (kernels_free) struct kernels v = VECTOR_INIT;
  int r;

  if (info->windows.systemroot)
    r = windows_kernel (root, info, &v);
  else if (strcmp (info->type, "linux") == 0)
    r = linux_kernels (root, &v);
  else if (strcmp (info->type, "hurd") == 0)
    r = hurd_kernels (root, &v);
  else
    r = fixed_kernels (root, info, &v);
  if (r == -1)
    return -1;
  if (v.len > 1)
    qsort (v.ptr, v.len, sizeof v.ptr[0], by_version);
  return add_rows (&v, ret);
}
