/* Memory of a process's descendants: see processes.h. */

#include <ctype.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "processes.h"

static pid_t
parent_of (pid_t pid)
{
  char name[64];
  FILE *fp;
  int parent = 0;

  snprintf (name, sizeof name, "/proc/%d/stat", (int) pid);
  fp = fopen (name, "r");
  if (!fp)
    return 0;
  /* The command's name is in parentheses and may hold blanks. */
  if (fscanf (fp, "%*d (%*[^)]) %*c %d", &parent) != 1)
    parent = 0;
  fclose (fp);
  return parent;
}

static bool
descends (pid_t pid, pid_t ancestor)
{
  int depth;

  for (depth = 0; pid > 1 && depth < 64; ++depth) {
    pid = parent_of (pid);
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

long
processes_memory (pid_t ancestor)
{
  DIR *proc = opendir ("/proc");
  struct dirent *entry;
  long kib = 0;

  if (!proc)
    return -1;
  while ((entry = readdir (proc)) != NULL) {
    pid_t pid;

    if (!isdigit ((unsigned char) entry->d_name[0]))
      continue;
    pid = atoi (entry->d_name);
    if (descends (pid, ancestor))
      kib += pss (pid);
  }
  closedir (proc);
  return kib;
}
