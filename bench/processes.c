/* Memory and descriptors of a process's descendants: see processes.h. */

#include <ctype.h>
#include <dirent.h>
#include <linux/kcmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "processes.h"

struct process {
  pid_t pid, parent;
  char state;
  bool counted; /* its memory */
};

/* Every process of the machine. */
struct table {
  struct process *list;
  size_t len, cap;
};

/* Its parent, and the letter of its state. */
static pid_t
parent_of (pid_t pid, char *ret_state)
{
  char name[64];
  FILE *fp;
  int parent = 0;

  snprintf (name, sizeof name, "/proc/%d/stat", (int) pid);
  fp = fopen (name, "r");
  if (!fp)
    return 0;
  /* The command's name is in parentheses and may hold blanks. */
  if (fscanf (fp, "%*d (%*[^)]) %c %d", ret_state, &parent) != 2)
    parent = 0;
  fclose (fp);
  return parent;
}

static int
append (struct table *t, pid_t pid)
{
  struct process *p;

  if (t->len == t->cap) {
    size_t cap = t->cap ? t->cap * 2 : 256;
    struct process *list = reallocarray (t->list, cap, sizeof *list);

    if (!list)
      return -1;
    t->list = list;
    t->cap = cap;
  }
  p = &t->list[t->len++];
  *p = (struct process) { .pid = pid, .state = 'X' };
  p->parent = parent_of (pid, &p->state);
  return 0;
}

static int
read_table (struct table *t)
{
  DIR *proc = opendir ("/proc");
  struct dirent *entry;
  int ret = 0;

  if (!proc)
    return -1;
  while (ret == 0 && (entry = readdir (proc)) != NULL)
    if (isdigit ((unsigned char) entry->d_name[0]))
      ret = append (t, atoi (entry->d_name));
  closedir (proc);
  return ret;
}

static pid_t
parent_in (const struct table *t, pid_t pid)
{
  size_t i;

  for (i = 0; i < t->len; ++i)
    if (t->list[i].pid == pid)
      return t->list[i].parent;
  return 0;
}

static bool
descends (const struct table *t, pid_t pid, pid_t ancestor)
{
  int depth;

  for (depth = 0; pid > 1 && depth < 64; ++depth) {
    pid = parent_in (t, pid);
    if (pid == ancestor)
      return true;
  }
  return false;
}

static long
pss (pid_t pid)
{
  char name[64], line[256];
  FILE *fp;
  long kib = 0;

  snprintf (name, sizeof name, "/proc/%d/smaps_rollup", (int) pid);
  fp = fopen (name, "r");
  if (!fp)
    return 0;
  while (fgets (line, sizeof line, fp))
    if (sscanf (line, "Pss: %ld kB", &kib) == 1)
      break;
  fclose (fp);
  return kib;
}

size_t
count_entries (const char *folder)
{
  DIR *dir = opendir (folder);
  struct dirent *entry;
  size_t n = 0;

  if (!dir)
    return 0;
  while ((entry = readdir (dir)) != NULL)
    n += entry->d_name[0] != '.';
  closedir (dir);
  return n;
}

static size_t
descriptors (pid_t pid)
{
  char name[64];

  snprintf (name, sizeof name, "/proc/%d/fd", (int) pid);
  return count_entries (name);
}

/* Whether the process shares its memory with one that was counted: threads that
 * call themselves processes, as user-mode Linux has them. */
static bool
is_counted (const struct table *t, pid_t pid)
{
  size_t i;

  for (i = 0; i < t->len; ++i)
    if (t->list[i].counted
        && syscall (SYS_kcmp, pid, t->list[i].pid, KCMP_VM, 0, 0) == 0)
      return true;
  return false;
}

int
processes_sample (pid_t ancestor, struct processes *ret)
{
  struct processes sum = { .nr = 0 };
  struct table t = { .list = NULL };
  size_t i;
  int r = read_table (&t);

  for (i = 0; r == 0 && i < t.len; ++i) {
    long kib;
    size_t fds;

    if (!descends (&t, t.list[i].pid, ancestor))
      continue;
    kib = is_counted (&t, t.list[i].pid) ? 0 : pss (t.list[i].pid);
    t.list[i].counted = kib > 0;
    fds = descriptors (t.list[i].pid);
    sum.memory += kib;
    sum.nr++;
    if (kib > sum.largest)
      sum.largest = kib;
    if (fds > sum.descriptors)
      sum.descriptors = fds;
  }
  free (t.list);
  if (r == 0)
    *ret = sum;
  return r;
}

long
processes_memory (pid_t ancestor)
{
  struct processes p;

  return processes_sample (ancestor, &p) == -1 ? -1 : p.memory;
}

long
processes_running (pid_t ancestor)
{
  struct table t = { .list = NULL };
  long ret = read_table (&t);
  size_t i;

  for (i = 0; ret >= 0 && i < t.len; ++i)
    if (t.list[i].state != 'Z' && t.list[i].state != 'X'
        && descends (&t, t.list[i].pid, ancestor))
      ret++;
  free (t.list);
  return ret;
}
