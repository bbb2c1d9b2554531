/* The calls on files, on a temporary directory in the place of a guest: what
 * leads out of it, what the examples of the stanzas cannot show. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actions.h"
#include "check.h"
#include "extract.h"
#include "guestpath.h"
#include "strbuf.h"

static char root[] = "/tmp/bathyscope-test-XXXXXX";
static struct error err = ERROR_INIT;

/* The last call has failed with this errno. */
#define CHECK_FAILS(expression, number)                                 \
  do {                                                                  \
    error_clear (&err);                                                 \
    CHECK ((expression));                                               \
    if (err.errnum != (number)) {                                       \
      fprintf (stderr, "%s:%d: errno %d: %s\n", __FILE__, __LINE__,     \
               err.errnum, err.message);                                \
      exit (1);                                                         \
    }                                                                   \
  } while (0)

static void
put (const char *path, const char *content)
{
  CHECK (do_write (path, content, strlen (content), &err) == 0);
}

static void
test_stay_inside (void)
{
  char *names[] = { (char *) "..", (char *) "a/b", (char *) "", NULL };
  struct guestfs_statns_list *list;
  struct guestfs_stat *st;

  CHECK (do_ln_s ("../../../../etc", "/out", &err) == 0);
  CHECK (do_ln_s ("/", "/top", &err) == 0);
  CHECK_FAILS (do_cat ("/out/passwd", &err) == NULL, ENOENT);
  CHECK_FAILS (do_cat ("/../../../etc/passwd", &err) == NULL, ENOENT);
  put ("/top/../f", "inside");
  CHECK_STRING (do_cat ("/f", &err), "inside");
  list = do_lstatnslist ("/", names, &err);
  CHECK (list && list->len == 3);
  CHECK (list->val[0].st_ino == -1 && list->val[1].st_ino == -1
         && list->val[2].st_ino == -1);
  free (list->val);
  free (list);
  st = do_stat ("/..", &err);
  CHECK (st != NULL);
  free (st);
  CHECK_FAILS (do_rm_rf ("/top/..", &err) == -1, EINVAL);
  CHECK_FAILS (do_rm_rf ("/.", &err) == -1, EINVAL);
  CHECK (do_rm_rf ("/out", &err) == 0 && do_rm_rf ("/top", &err) == 0);
  CHECK (do_exists ("/f", &err) == 1);
}

static void
test_deep_tree (void)
{
  char path[8];
  int dir = open (root, O_RDONLY | O_DIRECTORY), i;

  /* Deeper than a path can be long. */
  snprintf (path, sizeof path, "deep");
  for (i = 0; i < 1500; i++) {
    int next;

    CHECK (mkdirat (dir, path, 0755) == 0);
    next = openat (dir, path, O_RDONLY | O_DIRECTORY);
    CHECK (next >= 0);
    close (dir);
    dir = next;
    snprintf (path, sizeof path, "abcdef");
  }
  close (dir);
  CHECK (do_du ("/deep", &err) > 0);
  CHECK (do_rm_rf ("/deep", &err) == 0);
  CHECK (do_exists ("/deep", &err) == 0);
}

static void
test_large (void)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  char **lines;
  size_t i, len;
  char *data;

  for (i = 0; i < 300000; i++)
    CHECK (strbuf_addf (&b, "line %zu\n", i) == 0);
  CHECK (do_write ("/big", b.data, b.len, &err) == 0);
  data = do_cat ("/big", &err);
  CHECK (data && strcmp (data, b.data) == 0);
  free (data);
  CHECK_FAILS (do_internal_read_small_file ("/big", &len, &err) == NULL,
               EFBIG);
  CHECK (do_wc_l ("/big", &err) == 300000);
  CHECK (do_wc_w ("/big", &err) == 600000);
  CHECK_LIST (do_tail_n (2, "/big", &err), "line 299998|line 299999");
  CHECK_LIST (do_head_n (2, "/big", &err), "line 0|line 1");
  CHECK_LIST (do_tail_n (-299999, "/big", &err), "line 299998|line 299999");
  CHECK_LIST (do_head_n (-299999, "/big", &err), "line 0");
  lines = do_tail_n (20000, "/big", &err);
  CHECK (lines && strcmp (lines[0], "line 280000") == 0);
  for (i = 0; lines[i]; i++)
    free (lines[i]);
  free (lines);
  CHECK (i == 20000);
  CHECK_LIST (do_egrep ("^line 29999[89]$", "/big", &err),
              "line 299998|line 299999");
  CHECK (do_rm ("/big", &err) == 0);
}

static void
test_copies (void)
{
  struct guestfs_statns *a, *b;

  /* A hole stays a hole, hard links stay together. */
  CHECK (do_mkdir_p ("/src/sub", &err) == 0);
  put ("/src/sub/sparse", "start");
  CHECK (do_truncate_size ("/src/sub/sparse", 10 << 20, &err) == 0);
  CHECK (do_ln ("/src/sub/sparse", "/src/again", &err) == 0);
  CHECK (do_ln_s ("/f", "/src/link", &err) == 0);
  CHECK (do_mkfifo (0600, "/src/pipe", &err) == 0);
  CHECK (do_cp_a ("/src", "/copy", &err) == 0);
  a = do_lstatns ("/copy/sub/sparse", &err);
  b = do_lstatns ("/copy/again", &err);
  CHECK (a && b && a->st_ino == b->st_ino && a->st_nlink == 2);
  CHECK (a->st_size == 10 << 20 && a->st_blocks < 2048);
  free (a);
  free (b);
  CHECK (do_equal ("/src/again", "/copy/again", &err) == 1);
  CHECK_STRING (do_readlink ("/copy/link", &err), "/f");
  CHECK_FAILS (do_cp_r ("/src", "/src/sub", &err) == -1, EINVAL);
  CHECK_LIST (do_ls ("/copy", &err), "again|link|pipe|sub");
  CHECK_LIST (do_ls ("/copy/sub", &err), "sparse");
  CHECK (do_mv ("/copy", "/src", &err) == 0);
  CHECK (do_exists ("/src/copy/again", &err) == 1);
  /* Reading a FIFO that nobody writes to does not hang. */
  CHECK_STRING (do_cat ("/src/pipe", &err), "");
  CHECK (do_rm_rf ("/src", &err) == 0);
}

/* ---- archives -------------------------------------------------------------- */

static struct archive_entry *
member (const char *name, mode_t mode, const char *link)
{
  struct archive_entry *e = archive_entry_new ();

  CHECK (e != NULL);
  archive_entry_set_pathname (e, name);
  archive_entry_set_mode (e, mode);
  archive_entry_set_uid (e, getuid ());
  archive_entry_set_gid (e, getgid ());
  archive_entry_set_mtime (e, 1000, 0);
  if (S_ISLNK (mode))
    archive_entry_set_symlink (e, link);
  else if (link)
    archive_entry_set_hardlink (e, link);
  return e;
}

static int
extract (struct extract *x, const char *name, mode_t mode, const char *link)
{
  struct archive_entry *e = member (name, mode, link);
  int r;

  error_clear (&err);
  r = extract_entry (x, NULL, e, &err);
  archive_entry_free (e);
  return r;
}

static void
test_extract (void)
{
  struct extract x;
  struct stat st;

  CHECK (do_mkdir ("/target", &err) == 0);
  CHECK (extract_init (&x, "/target", &err) == 0);
  CHECK (!x.base_is_root);
  CHECK (extract (&x, "./", 0040751, NULL) == 0);
  CHECK (extract (&x, "d/", 0040700, NULL) == 0);
  CHECK (extract (&x, "d/f", 0100640, NULL) == 0);
  CHECK (extract (&x, "d/f", 0104755, NULL) == 0); /* again, over it */
  CHECK (extract (&x, "/new/dirs/f", 0100600, NULL) == 0);
  CHECK (extract (&x, "d/hard", 0100755, "d/f") == 0);
  CHECK (extract (&x, "in", 0120777, "d") == 0);
  CHECK (extract (&x, "in/g", 0100600, NULL) == 0);
  CHECK (extract (&x, "out", 0120777, "..") == 0);
  CHECK (extract (&x, "abs", 0120777, "/") == 0);
  CHECK (extract (&x, "out/evil", 0100600, NULL) == -1 && err.errnum == EXDEV);
  CHECK (extract (&x, "abs/evil", 0100600, NULL) == -1 && err.errnum == EXDEV);
  CHECK (extract (&x, "../evil", 0100600, NULL) == -1
         && err.errnum == EINVAL);
  CHECK (extract (&x, "evil", 0100600, "../f") == -1 && err.errnum == EINVAL);
  CHECK (extract (&x, "evil", 0100600, "out/f") == -1 && err.errnum == EXDEV);
  /* A link is replaced by a directory, and does not lead anywhere then. */
  CHECK (extract (&x, "out/", 0040755, NULL) == 0);
  CHECK (extract (&x, "out/good", 0100600, NULL) == 0);
  CHECK (extract (&x, "d/link", 0120777, "nowhere") == 0);
  CHECK (extract_finish (&x, &err) == 0);
  extract_release (&x);

  CHECK (do_exists ("/evil", &err) == 0);
  CHECK (chdir (root) == 0 && stat ("target/d/f", &st) == 0);
  CHECK ((st.st_mode & 07777) == 04755 && st.st_nlink == 2
         && st.st_mtime == 1000);
  CHECK (stat ("target/d", &st) == 0 && (st.st_mode & 0777) == 0700
         && st.st_mtime == 1000);
  CHECK (stat ("target", &st) == 0 && (st.st_mode & 0777) == 0751);
  CHECK (stat ("target/d/g", &st) == 0);
  CHECK (stat ("target/out/good", &st) == 0);
  CHECK (do_rm_rf ("/target", &err) == 0);
}

/* Into the guest's root, links are what they are for the guest. */
static void
test_extract_root (void)
{
  struct extract x;

  CHECK (do_mkdir_p ("/usr/lib", &err) == 0);
  CHECK (do_ln_s ("/usr/lib", "/lib", &err) == 0);
  CHECK (extract_init (&x, "/", &err) == 0);
  CHECK (x.base_is_root);
  x.keepdirlink = true;
  CHECK (extract (&x, "lib/", 0040755, NULL) == 0);
  CHECK (extract (&x, "lib/f", 0100644, NULL) == 0);
  CHECK (extract_finish (&x, &err) == 0);
  extract_release (&x);
  CHECK (do_is_symlink ("/lib", &err) == 1);
  CHECK (do_exists ("/usr/lib/f", &err) == 1);
}

int
main (void)
{
  CHECK (mkdtemp (root) != NULL);
  guest_set_root (root);
  test_stay_inside ();
  test_deep_tree ();
  test_large ();
  test_copies ();
  test_extract ();
  test_extract_root ();
  guest_set_root ("/tmp");
  CHECK (do_rm_rf (root + strlen ("/tmp"), &err) == 0);
  error_clear (&err);
  return 0;
}
