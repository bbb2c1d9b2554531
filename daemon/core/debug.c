/* debug and debug_upload: looking into the appliance; and its untimely end, for tests. */

#include <config.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "actions.h"
#include "command.h"
#include "io.h"
#include "strbuf.h"
#include "strlist.h"

extern char **environ;

#define CAT_LIMIT ((size_t) 16 << 20)

static char *debug_help (char *const *args, struct error *err);

static char *
taken (struct strbuf *b, struct error *err)
{
  char *ret = strbuf_take (b);

  if (!ret)
    error_errno (err, "debug");
  return ret;
}

static char *
debug_env (char *const *args, struct error *err)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  size_t i;

  for (i = 0; environ[i]; ++i)
    if (strbuf_addf (&b, "%s\n", environ[i]) == -1)
      break;
  return taken (&b, err);
}

static char *
debug_fds (char *const *args, struct error *err)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  CLEANUP_CLOSEDIR DIR *dir = opendir ("/proc/self/fd");
  struct dirent *d;

  if (!dir) {
    error_errno (err, "/proc/self/fd");
    return NULL;
  }
  while ((d = readdir (dir)) != NULL) {
    char target[4096];
    ssize_t n = readlinkat (dirfd (dir), d->d_name, target, sizeof target - 1);

    if (n < 0)
      continue;
    target[n] = '\0';
    (void) strbuf_addf (&b, "%s %s\n", d->d_name, target);
  }
  return taken (&b, err);
}

/* Run `program` and what follows from the rescue shell's collection. */
static char *
busybox (const char *first, const char *second, char *const *args,
         struct error *err)
{
  CLEANUP_FREE const char **argv = NULL;
  size_t n = strings_count (args), used = 0, i;
  struct command c = { .flags = COMMAND_KEEP_NEWLINE };

  argv = calloc (n + 4, sizeof *argv);
  if (!argv) {
    error_errno (err, "debug");
    return NULL;
  }
  argv[used++] = "busybox";
  argv[used++] = first;
  if (second)
    argv[used++] = second;
  for (i = 0; i < n; ++i)
    argv[used++] = args[i];
  c.argv = argv;
  if (command_run (&c, err) == -1)
    return NULL;
  free (c.err_out);
  return c.out;
}

static char *
debug_ls (char *const *args, struct error *err)
{
  return busybox ("ls", "-a", args, err);
}

static char *
debug_ll (char *const *args, struct error *err)
{
  return busybox ("ls", "-la", args, err);
}

static char *
debug_cat (char *const *args, struct error *err)
{
  CLEANUP_CLOSE int fd = -1;
  char *ret;

  if (!args[0]) {
    error_set (err, EINVAL, "debug cat: no file was given");
    return NULL;
  }
  fd = open (args[0], O_RDONLY | O_CLOEXEC);
  ret = fd == -1 ? NULL : read_whole_fd (fd, CAT_LIMIT, NULL);
  if (!ret)
    error_errno (err, "%s", args[0]);
  return ret;
}

/* The words make one command line, as with ssh. */
static char *
debug_sh (char *const *args, struct error *err)
{
  CLEANUP_STRBUF struct strbuf line = STRBUF_INIT;
  size_t i;

  for (i = 0; args[i]; ++i)
    if (strbuf_addf (&line, "%s%s", i > 0 ? " " : "", args[i]) == -1)
      break;
  if (i == 0 || args[i]) {
    error_set (err, EINVAL, "debug sh: no command line was given");
    return NULL;
  }
  char *const one[] = { line.data, NULL };
  return busybox ("sh", "-c", one, err);
}

/* An illegal instruction: a signal that init sends itself would be ignored, but
 * the kernel's answer to a fault is not. */
static char *
debug_crash (char *const *args, struct error *err)
{
  __builtin_trap ();
}

static const struct {
  const char *name, *what;
  char *(*run) (char *const *args, struct error *err);
} commands[] = {
  { "cat", "print a file of the appliance", debug_cat },
  { "env", "environment of the daemon", debug_env },
  { "fds", "open files of the daemon", debug_fds },
  { "help", "this list", debug_help },
  { "ll", "list files of the appliance, long", debug_ll },
  { "ls", "list files of the appliance", debug_ls },
  { "segv", "make the daemon crash", debug_crash },
  { "sh", "run a command line in the appliance", debug_sh },
};
#define NR_COMMANDS (sizeof commands / sizeof commands[0])

static char *
debug_help (char *const *args, struct error *err)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  size_t i;

  for (i = 0; i < NR_COMMANDS; ++i)
    if (strbuf_addf (&b, "%-5s %s\n", commands[i].name, commands[i].what)
        == -1)
      break;
  return taken (&b, err);
}

char *
do_debug (const char *subcmd, char *const *extraargs, struct error *err)
{
  size_t i;

  for (i = 0; i < NR_COMMANDS; ++i)
    if (strcmp (commands[i].name, subcmd) == 0)
      return commands[i].run (extraargs, err);
  error_set (err, EINVAL, "debug: %s: no such subcommand; try help", subcmd);
  return NULL;
}

int
do_internal_exit (struct error *err)
{
  _exit (0);
}

int
do_debug_upload (const char *tmpname, int mode, struct error *err)
{
  return do_internal_upload (tmpname, mode, err);
}
