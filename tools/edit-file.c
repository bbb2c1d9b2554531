/* Edit a file of a guest: see edit-file.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "edit-expression.h"
#include "edit-file.h"
#include "io.h"

extern char **environ;

/* A file larger than this is not edited by expressions. */
#define EDIT_MAX ((size_t) 1 << 30)

/* A private directory for the copy; the name ends as the file's does, so that
 * the editor knows its type. */
struct workplace {
  char directory[4096];
  char file[4096 + 256];
};

static int
workplace_make (struct workplace *w, const char *path, const char *program)
{
  const char *tmpdir = getenv ("TMPDIR");
  const char *base = strrchr (path, '/');

  snprintf (w->directory, sizeof w->directory, "%s/edit-XXXXXX",
            tmpdir && strlen (tmpdir) < 4000 ? tmpdir : "/tmp");
  if (!mkdtemp (w->directory)) {
    fprintf (stderr, "%s: %s: %s\n", program, w->directory, strerror (errno));
    w->directory[0] = '\0';
    return -1;
  }
  base = base ? base + 1 : path;
  snprintf (w->file, sizeof w->file, "%s/%.250s", w->directory,
            *base ? base : "file");
  return 0;
}

static void
workplace_remove (struct workplace *w)
{
  if (!w->directory[0])
    return;
  unlink (w->file);
  rmdir (w->directory);
}

#define CLEANUP_WORKPLACE CLEANUP (workplace_remove)

static int
run_program (const char *const *argv, const char *program)
{
  pid_t pid;
  int status, r;

  r = posix_spawnp (&pid, argv[0], NULL, NULL, (char *const *) argv, environ);
  if (r != 0) {
    fprintf (stderr, "%s: cannot run %s: %s\n", program, argv[0],
             strerror (r));
    return -1;
  }
  while (waitpid (pid, &status, 0) == -1)
    if (errno != EINTR)
      return -1;
  if (!WIFEXITED (status) || WEXITSTATUS (status) != 0) {
    fprintf (stderr, "%s: %s failed; the file in the guest is unchanged\n",
             program, argv[0]);
    return -1;
  }
  return 0;
}

/* Gives the file `temporary`, which is to replace `target`, its contents. */
typedef int fill_fn (guestfs_h *g, const char *target, const char *temporary,
                     const void *data);

static int
fill_from_copy (guestfs_h *g, const char *target, const char *temporary,
                const void *data)
{
  return guestfs_upload (g, data, temporary);
}

/* The guest's own perl does what that of the host is missing for. */
static int
fill_by_guest (guestfs_h *g, const char *target, const char *temporary,
               const void *data)
{
  const char *argv[] = { "perl", "-i", "-pe", data, "--", temporary, NULL };
  CLEANUP_FREE char *out = NULL;

  if (guestfs_cp (g, target, temporary) == -1)
    return -1;
  out = guestfs_command (g, (char *const *) argv);
  return out ? 0 : -1;
}

/* Put a changed copy in the place of the guest's file. */
static int
replace (guestfs_h *g, const char *path, fill_fn *fill, const void *data,
         const char *backup)
{
  CLEANUP_FREE char *target = NULL, *temporary = NULL, *old = NULL;

  /* A symbolic link stays one: what it leads to is replaced. */
  target = guestfs_realpath (g, path);
  if (!target || asprintf (&temporary, "%s.XXXXXX", target) == -1)
    return -1;
  {
    char *made = guestfs_mktemp (g, temporary, -1);

    if (!made)
      return -1;
    free (temporary);
    temporary = made;
  }
  if (fill (g, target, temporary, data) == -1
      || guestfs_copy_attributes (g, target, temporary,
                                  GUESTFS_COPY_ATTRIBUTES_ALL, 1, -1) == -1)
    goto undo;
  if (backup) {
    if (asprintf (&old, "%s%s", target, backup) == -1)
      goto undo;
    if (guestfs_mv (g, target, old) == -1)
      goto undo;
  }
  if (guestfs_mv (g, temporary, target) == -1)
    goto undo;
  return 0;

 undo:
  guestfs_push_error_handler (g, NULL, NULL);
  guestfs_rm_f (g, temporary);
  guestfs_pop_error_handler (g);
  return -1;
}

/* Quote for the shell: the editor command may have arguments. */
static char *
shell_command (const char *editor, const char *file)
{
  char *ret, *p;
  size_t quotes = 0;
  const char *s;

  for (s = file; *s; ++s)
    quotes += *s == '\'';
  ret = malloc (strlen (editor) + strlen (file) + 3 * quotes + 4);
  if (!ret)
    return NULL;
  p = stpcpy (ret, editor);
  p = stpcpy (p, " '");
  for (s = file; *s; ++s)
    if (*s == '\'')
      p = stpcpy (p, "'\\''");
    else
      *p++ = *s;
  stpcpy (p, "'");
  return ret;
}

/* Run it on the copy.  0, 1 when the copy has changed, -1 after a message. */
static int
run_editor (const char *editor, const struct workplace *w, const char *program)
{
  CLEANUP_FREE char *command = shell_command (editor, w->file);
  const char *argv[] = { "sh", "-c", command, NULL };
  struct stat before, after;

  if (!command || stat (w->file, &before) == -1
      || run_program (argv, program) == -1)
    return -1;
  if (stat (w->file, &after) == -1) {
    fprintf (stderr, "%s: the editor removed the file; nothing is changed\n",
             program);
    return -1;
  }
  return before.st_size != after.st_size || before.st_ino != after.st_ino
    || before.st_mtim.tv_sec != after.st_mtim.tv_sec
    || before.st_mtim.tv_nsec != after.st_mtim.tv_nsec;
}

int
edit_in_editor (guestfs_h *g, const char *path, const char *editor,
                const char *backup, const char *program)
{
  CLEANUP_WORKPLACE struct workplace w = { .directory = "" };
  int r;

  if (!editor)
    editor = getenv ("EDITOR");
  if (!editor || !*editor)
    editor = "vi";
  if (workplace_make (&w, path, program) == -1
      || guestfs_download (g, path, w.file) == -1)
    return -1;
  r = run_editor (editor, &w, program);
  if (r == 0)
    printf ("%s: unchanged\n", path);
  return r <= 0 ? r : replace (g, path, fill_from_copy, w.file,
                              backup);
}

int
edit_bytes (guestfs_h *g, const char *file_or_device, int64_t start,
            int64_t max, const char *editor, const char *program)
{
  CLEANUP_WORKPLACE struct workplace w = { .directory = "" };
  bool whole = start == 0 && max == -1;
  int r;

  if (workplace_make (&w, file_or_device, program) == -1)
    return -1;
  r = whole ? guestfs_download (g, file_or_device, w.file)
    : guestfs_download_offset (g, file_or_device, w.file, start,
                               max == -1 ? INT64_MAX - start : max);
  if (r == -1)
    return -1;
  r = run_editor (editor, &w, program);
  if (r == 0)
    printf ("%s: unchanged\n", file_or_device);
  if (r <= 0)
    return r;
  return whole ? guestfs_upload (g, w.file, file_or_device)
    : guestfs_upload_offset (g, w.file, file_or_device, start);
}

int
show_file (guestfs_h *g, const char *path, const char *viewer,
           const char *program)
{
  CLEANUP_WORKPLACE struct workplace w = { .directory = "" };
  CLEANUP_FREE char *command = NULL;

  if (workplace_make (&w, path, program) == -1
      || guestfs_download (g, path, w.file) == -1)
    return -1;
  command = shell_command (viewer, w.file);
  {
    const char *argv[] = { "sh", "-c", command, NULL };

    return command ? run_program (argv, program) : -1;
  }
}

/* In one of the folders of PATH? */
static bool
have_program (const char *name)
{
  const char *path = getenv ("PATH");

  for (; path && *path; path += strcspn (path, ":"), path += *path == ':') {
    CLEANUP_FREE char *file = NULL;

    if (asprintf (&file, "%.*s/%s", (int) strcspn (path, ":"), path, name) == -1)
      return false;
    if (access (file, X_OK) == 0)
      return true;
  }
  return false;
}

/* The copy, with the expression applied by ourselves. */
static int
apply_here (const struct expression *e, const char *file, const char *program)
{
  CLEANUP_CLOSE int fd = open (file, O_RDWR | O_CLOEXEC);
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_STRBUF struct strbuf out = STRBUF_INIT;
  CLEANUP_FREE char *text = NULL;
  size_t len;

  text = fd == -1 ? NULL : read_whole_fd (fd, EDIT_MAX, &len);
  if (!text) {
    fprintf (stderr, "%s: %s: %s\n", program, file, strerror (errno));
    return -1;
  }
  if (expression_apply (e, text, len, &out, &err) == -1) {
    fprintf (stderr, "%s: %s\n", program, err.message);
    return -1;
  }
  if (pwrite_full (fd, out.data ? out.data : "", out.len, 0) == -1
      || ftruncate (fd, out.len) == -1) {
    fprintf (stderr, "%s: %s: %s\n", program, file, strerror (errno));
    return -1;
  }
  return 0;
}

static int
apply_perl (const char *expression, const char *file, const char *program)
{
  const char *argv[] = { "perl", "-i", "-pe", expression, "--", file, NULL };

  return run_program (argv, program);
}

/* By ourselves; what needs Perl, by this host's, or else by the guest's. */
int
edit_with_expression (guestfs_h *g, const char *path, const char *expression,
                      const char *backup, const char *program)
{
  CLEANUP_WORKPLACE struct workplace w = { .directory = "" };
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct expression *e = NULL;
  int r = expression_parse (expression, &e, &err);

  if (r == -1) {
    fprintf (stderr, "%s: %s\n", program, err.message);
    return -1;
  }
  if (!e && !have_program ("perl"))
    return replace (g, path, fill_by_guest, expression, backup);
  if (workplace_make (&w, path, program) == -1
      || guestfs_download (g, path, w.file) == -1)
    r = -1;
  else
    r = e ? apply_here (e, w.file, program)
      : apply_perl (expression, w.file, program);
  expression_free (e);
  return r == -1 ? -1 : replace (g, path, fill_from_copy, w.file, backup);
}
