/* What a process holds of the system, from /proc: see counts.h. */

#include <config.h>

#include <ctype.h>
#include <ftw.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "counts.h"
#include "processes.h"

const char *const count_names[NR_COUNTS] = {
  "descriptors", "threads", "processes", "zombies", "files", "mappings",
  "locks", "shared memory", "keys", "memory (KiB)",
};

/* Lines of a file that contain a word, or all when it is NULL. */
static long
count_lines (const char *path, const char *word)
{
  FILE *fp = fopen (path, "re");
  char *line = NULL;
  size_t size = 0;
  long n = 0;

  if (!fp)
    return 0;
  while (getline (&line, &size, fp) != -1)
    n += !word || strstr (line, word) != NULL;
  free (line);
  fclose (fp);
  return n;
}

static long files;

static int
count_file (const char *path, const struct stat *st, int type, struct FTW *at)
{
  files += type == FTW_F;
  return 0;
}

static long
count_files (const char *const *folders)
{
  files = 0;
  for (; *folders; ++folders)
    (void) nftw (*folders, count_file, 16, FTW_PHYS);
  return files;
}

/* Zombies of the library's own: it starts nothing else itself. */
static bool
is_machine (pid_t pid)
{
  char name[64], comm[32] = "";
  FILE *fp;

  snprintf (name, sizeof name, "/proc/%d/comm", (int) pid);
  fp = fopen (name, "re");
  if (!fp)
    return false;
  if (!fgets (comm, sizeof comm, fp))
    comm[0] = '\0';
  fclose (fp);
  return strncmp (comm, "bathyscope-mach", 15) == 0;
}

static long
reap (void)
{
  siginfo_t info = { .si_pid = 0 };
  long zombies = 0;

  while (waitid (P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0
         && info.si_pid != 0) {
    zombies += is_machine (info.si_pid);
    (void) waitpid (info.si_pid, NULL, 0);
    info.si_pid = 0;
  }
  return zombies;
}

static long
private_memory (void)
{
  FILE *fp = fopen ("/proc/self/smaps_rollup", "re");
  char line[256];
  long kib, sum = 0;

  if (!fp)
    return 0;
  while (fgets (line, sizeof line, fp))
    if (sscanf (line, "Private_Clean: %ld", &kib) == 1
        || sscanf (line, "Private_Dirty: %ld", &kib) == 1)
      sum += kib;
  fclose (fp);
  return sum;
}

void
counts_take (const char *const *folders, int seconds, long ret[NR_COUNTS])
{
  const struct timespec nap = { .tv_nsec = 50000000 };
  char pid[32];
  int i;

  memset (ret, 0, NR_COUNTS * sizeof ret[0]);
  for (i = 0; i <= seconds * 20; ++i) {
    ret[COUNT_ZOMBIES] += reap ();
    ret[COUNT_PROCESSES] = processes_running (getpid ());
    if (ret[COUNT_PROCESSES] == 0)
      break;
    nanosleep (&nap, NULL);
  }
  (void) malloc_trim (0);
  /* In /proc/locks: between blanks. */
  snprintf (pid, sizeof pid, " %d ", (int) getpid ());
  ret[COUNT_DESCRIPTORS] = count_entries ("/proc/self/fd");
  ret[COUNT_THREADS] = count_entries ("/proc/self/task");
  ret[COUNT_FILES] = count_files (folders);
  ret[COUNT_MAPPINGS] = count_lines ("/proc/self/maps", NULL);
  ret[COUNT_LOCKS] = count_lines ("/proc/locks", pid);
  ret[COUNT_SHARED] = count_entries ("/dev/shm")
    + count_lines ("/proc/sysvipc/shm", NULL);
  ret[COUNT_KEYS] = count_lines ("/proc/keys", NULL);
  ret[COUNT_MEMORY] = private_memory ();
}

void
counts_adopt (void)
{
  (void) prctl (PR_SET_CHILD_SUBREAPER, 1);
}
