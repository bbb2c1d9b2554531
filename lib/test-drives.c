/* Adding and removing drives, their names, and creating images. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "drives.h"
#include "image-file.h"
#include "resolver.h"
#include "test-lib.h"

static char dir[] = "/tmp/test-drivesXXXXXX";
static char image[64], empty[64], fifo[64], other[64];

#define ADD(g, name, ...) \
  guestfs_add_drive_opts (g, name, __VA_ARGS__, -1)

static void
test_files (void)
{
  guestfs_h *g = quiet_handle ();
  char relative[128];

  CHECK (guestfs_add_drive (g, "/nowhere/disk.img") == -1);
  CHECK_ERROR (g, ENOENT, "/nowhere/disk.img");
  CHECK (guestfs_add_drive (g, "") == -1);
  CHECK (guestfs_add_drive (g, dir) == -1);
  CHECK_ERROR (g, EISDIR, "directory");
  CHECK (guestfs_add_drive (g, empty) == -1);
  CHECK_ERROR (g, EINVAL, "empty");
  CHECK (guestfs_add_drive_ro (g, fifo) == -1);
  CHECK_ERROR (g, EINVAL, "neither");
  CHECK (guestfs_add_drive_ro (g, "/dev/tty") == -1);
  if (geteuid () != 0) {
    CHECK (chmod (image, 0) == 0);
    CHECK (guestfs_add_drive_ro (g, image) == -1);
    CHECK_ERROR (g, EACCES, image);
    CHECK (chmod (image, 0400) == 0);
    CHECK (guestfs_add_drive (g, image) == -1);
    CHECK_ERROR (g, EACCES, "read-only");
    CHECK (guestfs_add_drive_ro (g, image) == 0);
    CHECK (chmod (image, 0600) == 0);
  }
  CHECK (guestfs_add_drive (g, image) == 0);
  CHECK (guestfs_add_drive (g, "/dev/null") == 0);
  CHECK (ADD (g, "/dev/null", GUESTFS_ADD_DRIVE_OPTS_FORMAT, "qcow2") == -1);
  CHECK (chdir (dir) == 0);
  CHECK (guestfs_add_drive_ro (g, "image") == 0);
  snprintf (relative, sizeof relative, "./%s", "image");
  CHECK (guestfs_add_drive_ro (g, relative) == 0);
  CHECK (guestfs_add_cdrom (g, image) == 0);
  CHECK (guestfs_add_drive_with_if (g, image, "virtio") == 0);
  CHECK (guestfs_add_drive_ro_with_if (g, image, "ide") == 0);
  CHECK (guestfs_launch (g) == -1);
  guestfs_close (g);
}

static void
test_options (void)
{
  guestfs_h *g = quiet_handle ();
  char *server[] = { (char *) "host:1", NULL };

  CHECK (ADD (g, image, GUESTFS_ADD_DRIVE_OPTS_FORMAT, "luks") == -1);
  CHECK_ERROR (g, ENOTSUP, "luks");
  CHECK (ADD (g, image, GUESTFS_ADD_DRIVE_OPTS_FORMAT, "a b") == -1);
  CHECK_ERROR (g, EINVAL, "format");
  CHECK (ADD (g, image, GUESTFS_ADD_DRIVE_OPTS_PROTOCOL, "carrier") == -1);
  CHECK_ERROR (g, EINVAL, "carrier");
  CHECK (ADD (g, image, GUESTFS_ADD_DRIVE_OPTS_PROTOCOL, "file",
              GUESTFS_ADD_DRIVE_OPTS_SERVER, server) == -1);
  CHECK_ERROR (g, EINVAL, "server");
  CHECK (ADD (g, image, GUESTFS_ADD_DRIVE_OPTS_USERNAME, "me") == -1);
  CHECK (ADD (g, image, GUESTFS_ADD_DRIVE_OPTS_CACHEMODE, "none") == -1);
  CHECK (ADD (g, image, GUESTFS_ADD_DRIVE_OPTS_DISCARD, "yes") == -1);
  CHECK (ADD (g, image, GUESTFS_ADD_DRIVE_OPTS_DISCARD, "enable",
              GUESTFS_ADD_DRIVE_OPTS_READONLY, 1) == -1);
  CHECK (ADD (g, image, GUESTFS_ADD_DRIVE_OPTS_BLOCKSIZE, 1024) == -1);
  CHECK (ADD (g, image, GUESTFS_ADD_DRIVE_OPTS_LABEL,
              "123456789012345678901") == -1);
  CHECK (ADD (g, image, GUESTFS_ADD_DRIVE_OPTS_LABEL, "") == -1);
  CHECK (ADD (g, image, GUESTFS_ADD_DRIVE_OPTS_LABEL, "a/b") == -1);
  CHECK (ADD (g, image, GUESTFS_ADD_DRIVE_OPTS_IFACE, "") == -1);
  CHECK (ADD (g, image, 99, 1) == -1);
  CHECK (ADD (g, image, GUESTFS_ADD_DRIVE_OPTS_LABEL, "one",
              GUESTFS_ADD_DRIVE_OPTS_FORMAT, "raw",
              GUESTFS_ADD_DRIVE_OPTS_NAME, "hda",
              GUESTFS_ADD_DRIVE_OPTS_PROTOCOL, "file",
              GUESTFS_ADD_DRIVE_OPTS_CACHEMODE, "unsafe",
              GUESTFS_ADD_DRIVE_OPTS_DISCARD, "besteffort",
              GUESTFS_ADD_DRIVE_OPTS_COPYONREAD, 1,
              GUESTFS_ADD_DRIVE_OPTS_BLOCKSIZE, 4096) == 0);
  CHECK (guestfs_add_drive_scratch (g, 0, -1) == -1);
  CHECK (guestfs_add_drive_scratch (g, INT64_MAX, -1) == -1);
  CHECK (guestfs_add_drive_scratch (g, 1 << 20,
                                    GUESTFS_ADD_DRIVE_SCRATCH_LABEL, "two",
                                    -1) == 0);
  CHECK (guestfs_remove_drive (g, "three") == -1);
  CHECK_ERROR (g, ENOENT, "three");
  CHECK (guestfs_device_index (g, "/dev/sdb") == 1);
  CHECK (guestfs_remove_drive (g, "one") == 0);
  CHECK (guestfs_device_index (g, "/dev/sdb") == -1);
  guestfs_close (g);
}

static void
test_remote (void)
{
  static const struct {
    const char *protocol, *name, *server;
    bool user, secret, good;
  } cases[] = {
    { "nbd", "", "host", false, false, true },
    { "nbd", "export", "unix:/sock", false, false, true },
    { "nbd", "export", "unix:sock", false, false, false },
    { "nbd", "export", "tcp:host:10809", false, false, true },
    { "nbd", "export", "[::1]:10809", false, false, true },
    { "nbd", "export", "[::1", false, false, false },
    { "nbd", "export", "host:0", false, false, false },
    { "nbd", "export", "host:65536", false, false, false },
    { "nbd", "export", "ho st", false, false, false },
    { "nbd", "export", "", false, false, false },
    { "nbd", "export", NULL, false, false, false },
    { "nbd", "export", "host", true, false, false },
    { "nbd", "export", "host", false, true, false },
    { "http", "", "host", false, false, false },
    { "http", "/image", "host:80", true, true, true },
    { "http", "/image", "unix:/sock", false, false, false },
    { "ssh", "/image", "host", true, false, true },
    { "ssh", "/image", "host", true, true, false },
    { "iscsi", "iqn.2001-04.com.example:a/3", "host", true, true, true },
    { "iscsi", "target/lun", "host", false, false, false },
    { "rbd", "pool/image", NULL, true, true, true },
    { "rbd", "image", NULL, false, false, false },
    { "gluster", "volume/image", "host", false, false, true },
    { "gluster", "volume", "host", false, false, false },
    { "sheepdog", "vdi", NULL, false, false, true },
    { "tftp", "/image", "host", false, false, true },
  };
  guestfs_h *g = quiet_handle ();
  size_t i;

  for (i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
    char *servers[] = { (char *) cases[i].server, NULL };
    struct guestfs_add_drive_opts_argv o = {
      .bitmask = GUESTFS_ADD_DRIVE_OPTS_PROTOCOL_BITMASK
        | GUESTFS_ADD_DRIVE_OPTS_SERVER_BITMASK
        | (cases[i].user ? GUESTFS_ADD_DRIVE_OPTS_USERNAME_BITMASK : 0)
        | (cases[i].secret ? GUESTFS_ADD_DRIVE_OPTS_SECRET_BITMASK : 0),
      .protocol = cases[i].protocol, .server = servers,
      .username = "me", .secret = "c2VjcmV0",
    };
    int r = guestfs_add_drive_opts_argv (g, cases[i].name, &o);

    if ((r == 0) != cases[i].good) {
      fprintf (stderr, "case %zu: %d, %s\n", i, r, guestfs_last_error (g));
      CHECK ((r == 0) == cases[i].good);
    }
    if (r == -1)
      CHECK (guestfs_last_errno (g) == EINVAL);
  }
  guestfs_close (g);
}

static void
test_resolver (void)
{
  static const struct {
    const char *text, *address;
  } cases[] = {
    { "", "" }, { "nameserver", "" }, { "nameserver ", "" },
    { "nameserver 127.0.0.53\noptions edns0\n", "127.0.0.53" },
    { "# nameserver 1.1.1.1\nsearch a\nnameserver\t10.0.0.1 # x\n",
      "10.0.0.1" },
    { "nameserver fe80::1%eth0\nnameserver 2001:db8::1\r\n"
      "nameserver 192.168.100.100\r\nnameserver 10.0.0.1", "192.168.100.100" },
    { "nameserver 1.2.3\nnameservers 1.2.3.4\n nameserver 1.2.3.5\n", "" },
    { "nameserver 256.1.1.1\nnameserver 9999999999999999.1.1.1\n", "" },
  };
  char got[INET_ADDRSTRLEN];
  size_t i;

  for (i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
    resolver_parse (cases[i].text, got);
    CHECK (strcmp (got, cases[i].address) == 0);
  }
}

static void
test_names (void)
{
  static const struct {
    size_t index;
    const char *letters;
  } names[] = { { 0, "sda" }, { 25, "sdz" }, { 26, "sdaa" }, { 51, "sdaz" },
                { 52, "sdba" }, { 254, "sdiu" }, { 701, "sdzz" },
                { 702, "sdaaa" } };
  guestfs_h *g = quiet_handle ();
  char *s, **list;
  size_t i;

  for (i = 0; i < sizeof names / sizeof names[0]; ++i) {
    s = drive_letters (names[i].index);
    CHECK (strcmp (s, names[i].letters) == 0);
    free (s);
  }
  for (i = 0; i < 255; ++i)
    CHECK (guestfs_add_drive_ro (g, image) == 0);
  CHECK (guestfs_max_disks (g) == 255);
  CHECK (guestfs_add_drive_ro (g, image) == -1);
  CHECK_ERROR (g, EINVAL, "255");
  s = guestfs_device_name (g, 254);
  CHECK (strcmp (s, "/dev/sdiu") == 0);
  free (s);
  CHECK (guestfs_device_index (g, "/dev/sdiu") == 254);
  CHECK (guestfs_device_index (g, "/dev/vdaa") == 26);
  CHECK (guestfs_device_index (g, "/dev/sda1") == -1);
  CHECK_ERROR (g, EINVAL, "/dev/sda1");
  CHECK (guestfs_device_index (g, "/dev/sd") == -1);
  CHECK (guestfs_device_index (g, "/dev/sdiv") == -1);
  CHECK_ERROR (g, ENODEV, "/dev/sdiv");
  CHECK (guestfs_device_name (g, 255) == NULL);
  CHECK (guestfs_device_name (g, -1) == NULL);
  list = guestfs_debug_drives (g);
  CHECK (list && strstr (list[254], "readonly"));
  for (i = 0; i < 255; ++i)
    free (list[i]);
  free (list);
  guestfs_close (g);
}

static void
test_backing_names (void)
{
  static const struct {
    const char *name, *path; /* NULL: refused */
  } names[] = {
    { "base", "/dir/base" }, { "../base", "/dir/../base" },
    { "/base", "/base" }, { "file:base", "/dir/base" },
    { "a/b:c", "/dir/a/b:c" }, { "", NULL }, { "json:{}", NULL },
    { "nbd://host", NULL }, { "fat:dir", NULL },
  };
  size_t i;

  for (i = 0; i < sizeof names / sizeof names[0]; ++i) {
    CLEANUP_ERROR struct error err = ERROR_INIT;
    CLEANUP_FREE char *path
      = image_file_backing_path ("/dir/top", names[i].name, &err);

    if (names[i].path)
      CHECK (path && strcmp (path, names[i].path) == 0);
    else
      CHECK (!path && err.errnum == ENOTSUP);
  }
}

static void
test_locks (void)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  int fd1 = image_file_open (image, false, &err), fd2;

  CHECK (fd1 >= 0);
  fd2 = image_file_open (image, false, &err);
  CHECK (fd2 == -1 && err.errnum == EBUSY);
  error_clear (&err);
  fd2 = image_file_open (image, true, &err);
  CHECK (fd2 >= 0);
  close (fd2);
  close (fd1);
  fd1 = image_file_open (image, false, &err);
  CHECK (fd1 >= 0);
  close (fd1);
}

static long
size_of (const char *name)
{
  struct stat st;

  CHECK (stat (name, &st) == 0);
  return st.st_size;
}

#define CREATE(g, name, format, size, ...) \
  guestfs_disk_create (g, name, format, size, __VA_ARGS__, -1)

static void
test_create (void)
{
  guestfs_h *g = quiet_handle ();
  struct stat st;

  CHECK (guestfs_disk_create (g, other, "raw", 1000000, -1) == 0);
  CHECK (stat (other, &st) == 0 && st.st_size == 1000000
         && st.st_blocks == 0);
  CHECK (CREATE (g, other, "raw", 1000000,
                 GUESTFS_DISK_CREATE_PREALLOCATION, "full") == 0);
  CHECK (stat (other, &st) == 0 && st.st_size == 1000000
         && st.st_blocks >= 1000000 / 512);
  CHECK (guestfs_disk_create (g, other, "raw", -1, -1) == -1);
  CHECK (guestfs_disk_create (g, other, "vdi", 1000, -1) == -1);
  CHECK_ERROR (g, ENOTSUP, "vdi");
  CHECK (CREATE (g, other, "raw", 1000, GUESTFS_DISK_CREATE_PREALLOCATION,
                 "metadata") == -1);
  CHECK (CREATE (g, other, "raw", 1000, GUESTFS_DISK_CREATE_COMPAT,
                 "1.1") == -1);
  /* Arguments are checked before the old file is touched. */
  CHECK (size_of (other) == 1000000);
  CHECK (guestfs_disk_create (g, "/nowhere/x", "raw", 1, -1) == -1);
  CHECK_ERROR (g, ENOENT, "/nowhere/x");
  CHECK (guestfs_disk_create (g, dir, "raw", 1, -1) == -1);
  CHECK_ERROR (g, EISDIR, dir);

  CHECK (guestfs_disk_create (g, other, "qcow2", 1 << 30, -1) == 0);
  CHECK (size_of (other) < 1000000);
  CHECK (CREATE (g, other, "qcow2", 1, GUESTFS_DISK_CREATE_CLUSTERSIZE,
                 1000) == -1);
  CHECK (CREATE (g, other, "qcow2", INT64_MAX,
                 GUESTFS_DISK_CREATE_CLUSTERSIZE, 512) == -1);
  CHECK_ERROR (g, EFBIG, "cluster");
  CHECK (CREATE (g, other, "qcow2", 1, GUESTFS_DISK_CREATE_COMPAT,
                 "2") == -1);
  CHECK (CREATE (g, other, "qcow2", 1, GUESTFS_DISK_CREATE_BACKINGFILE,
                 "image") == -1);
  CHECK_ERROR (g, EINVAL, "must be given as -1");
  guestfs_close (g);
}

int
main (void)
{
  char name[96];

  CHECK (mkdtemp (dir) != NULL);
  snprintf (image, sizeof image, "%s/image", dir);
  snprintf (empty, sizeof empty, "%s/empty", dir);
  snprintf (fifo, sizeof fifo, "%s/fifo", dir);
  snprintf (other, sizeof other, "%s/other", dir);
  make_file (image, 1 << 20);
  make_file (empty, 0);
  CHECK (mkfifo (fifo, 0600) == 0);

  test_files ();
  test_options ();
  test_remote ();
  test_resolver ();
  test_names ();
  test_backing_names ();
  test_locks ();
  test_create ();

  snprintf (name, sizeof name, "rm -rf %s", dir);
  return system (name) == 0 ? 0 : 1;
}
