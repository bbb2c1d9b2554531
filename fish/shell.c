/* Reading lines and running them: see shell.h. */

#include <config.h>

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "commands.h"
#include "completion.h"
#include "error.h"
#include "fish.h"
#include "interrupt.h"
#include "remote.h"
#include "shell.h"
#include "strlist.h"
#include "suggest.h"
#include "tilde.h"
#include "words.h"

char *
shell_read_line (struct fish *fish, const char *prompt)
{
  char *line = NULL;
  size_t alloc = 0;
  ssize_t n;

  if (fish->interactive)
    return completion_read_line (fish, prompt);
  n = getline (&line, &alloc, stdin);
  if (n == -1) {
    free (line);
    return NULL;
  }
  fish->line_number++;
  if (n > 0 && line[n - 1] == '\n')
    line[n - 1] = '\0';
  return line;
}

/* "!command": in the local shell. */
static int
run_local (const char *command)
{
  int status;

  fflush (stdout);
  status = system (command);
  if (status == -1 || !WIFEXITED (status) || WEXITSTATUS (status) != 0)
    return -1;
  return 0;
}

/* "<!command": run the lines that a local command prints. */
static int
run_output_of (struct fish *fish, const char *command)
{
  FILE *fp = popen (command, "re");
  CLEANUP_FREE char *line = NULL;
  size_t alloc = 0;
  ssize_t n;
  int r = 0, status;

  if (!fp) {
    perror ("popen");
    return -1;
  }
  while (r == 0 && (n = getline (&line, &alloc, fp)) != -1) {
    if (n > 0 && line[n - 1] == '\n')
      line[n - 1] = '\0';
    r = shell_run_line (fish, line);
  }
  status = pclose (fp);
  if (status != 0) {
    fprintf (stderr, "<!%s: the command failed\n", command);
    return -1;
  }
  return r;
}

int
shell_run_words (struct fish *fish, char *words[])
{
  const struct fish_command *c;
  int r;

  if (fish->remote_pid)
    return remote_run (fish, words,
                       !fish->interactive && !fish->ignore_errors);
  c = fish_lookup (words[0]);
  if (!c) {
    fprintf (stderr, "%s: unknown command\n", words[0]);
    suggest_commands (words[0]);
    return -1;
  }
  interrupt_cancels (fish->g);
  r = c->run (fish, c->name, strings_count (words) - 1, words + 1);
  interrupt_kills ();
  return r;
}

/* Standard output of `words` goes into the local command. */
static int
run_piped (struct fish *fish, char *words[], const char *command)
{
  int saved, r, status;
  FILE *fp;

  fflush (stdout);
  fp = popen (command, "we");
  if (!fp) {
    perror ("popen");
    return -1;
  }
  saved = fcntl (STDOUT_FILENO, F_DUPFD_CLOEXEC, 10);
  if (saved == -1 || dup2 (fileno (fp), STDOUT_FILENO) == -1) {
    perror ("dup");
    pclose (fp);
    if (saved >= 0)
      close (saved);
    return -1;
  }
  r = shell_run_words (fish, words);
  fflush (stdout);
  clearerr (stdout);
  dup2 (saved, STDOUT_FILENO);
  close (saved);
  status = pclose (fp);
  if (status != 0 && fish->pipe_error) {
    fprintf (stderr, "| %s: the command failed\n", command);
    return -1;
  }
  return r;
}

/* Home directories; a quoted tilde is one. */
static void
expand_words (char **words, const bool *quoted)
{
  size_t i;

  for (i = 1; words[i]; ++i) {
    char *expanded = quoted[i] ? NULL : tilde_expand (words[i]);

    if (expanded) {
      free (words[i]);
      words[i] = expanded;
    }
  }
}

int
shell_run_line (struct fish *fish, const char *line)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct command_line c = COMMAND_LINE_INIT;
  int r = 0;

  while (isspace ((unsigned char) *line))
    ++line;
  if (fish->echo_commands && *line)
    printf ("%s\n", line);
  if (*line == '!')
    return run_local (line + 1);
  if (line[0] == '<' && line[1] == '!')
    return run_output_of (fish, line + 2);

  if (command_line_parse (line, &c, &err) == -1) {
    fprintf (stderr, "%s: %s\n", fish->options.program, err.message);
    return -1;
  }
  if (c.words[0]) {
    expand_words (c.words, c.quoted);
    fish->ignore_errors = c.ignore_errors;
    r = c.pipe ? run_piped (fish, c.words, c.pipe)
               : shell_run_words (fish, c.words);
    fflush (stdout);
  }
  if (c.ignore_errors)
    r = 0;
  command_line_release (&c);
  return r;
}

static void
tell_where (const struct fish *fish)
{
  fprintf (stderr, "%s: %s:%u: this command failed\n", fish->options.program,
           fish->file ? fish->file : "standard input", fish->line_number);
}

int
shell_run (struct fish *fish)
{
  while (!fish->quit) {
    CLEANUP_FREE char *line = shell_read_line (fish, NULL);

    if (!line)
      break;
    if (shell_run_line (fish, line) == -1 && !fish->interactive) {
      if (fish->file)
        tell_where (fish);
      return -1;
    }
  }
  return 0;
}
