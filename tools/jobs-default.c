/* How many guests to look at in parallel: see jobs.h. */

#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "jobs.h"

/* An appliance takes what a guest needs of its memory, 512 MB, and what is
 * around it. */
#define JOB_MEMORY (UINT64_C (576) << 20)

size_t
jobs_parse (const char *text)
{
  char *end;
  long n;

  errno = 0;
  n = strtol (text, &end, 10);
  return errno != 0 || end == text || *end || n < 1 || n > 1000 ? 0 : n;
}

/* --- memory ----------------------------------------------------------------------- */

/* What the kernel says can be had without swapping. */
static uint64_t
available_memory (void)
{
  CLEANUP_FCLOSE FILE *fp = fopen ("/proc/meminfo", "re");
  char line[256];
  uint64_t kib;

  while (fp && fgets (line, sizeof line, fp))
    if (sscanf (line, "MemAvailable: %" SCNu64 " kB", &kib) == 1
        && kib < UINT64_MAX / 1024)
      return kib * 1024;
  return UINT64_MAX;
}

/* A file with a number in bytes, or "max". */
static uint64_t
limit_in (const char *directory, const char *group, const char *file)
{
  CLEANUP_FREE char *name = NULL;
  CLEANUP_FCLOSE FILE *fp = NULL;
  uint64_t limit;

  if (asprintf (&name, "%s%s/%s", directory, group, file) == -1) {
    name = NULL;
    return UINT64_MAX;
  }
  fp = fopen (name, "re");
  return fp && fscanf (fp, "%" SCNu64, &limit) == 1 ? limit : UINT64_MAX;
}

/* The smallest limit of a group and those above it; `group` is changed.  A
 * container sees its own group as the root, whatever the name. */
static uint64_t
limit_above (const char *directory, char *group, const char *file)
{
  uint64_t limit = limit_in (directory, "", file);

  for (;;) {
    char *slash = strrchr (group, '/');
    uint64_t l = limit_in (directory, group, file);

    limit = l < limit ? l : limit;
    if (!slash)
      return limit;
    *slash = '\0';
  }
}

/* Lines are NUMBER:CONTROLLERS:GROUP; version 2 has no controllers. */
static uint64_t
group_limit (char *line)
{
  char *controllers = strchr (line, ':');
  char *group = controllers ? strchr (controllers + 1, ':') : NULL;

  line[strcspn (line, "\n")] = '\0';
  if (!group)
    return UINT64_MAX;
  *group++ = '\0';
  if (strcmp (controllers, ":") == 0)
    return limit_above ("/sys/fs/cgroup", group, "memory.max");
  if (strcmp (controllers, ":memory") == 0)
    return limit_above ("/sys/fs/cgroup/memory", group,
                        "memory.limit_in_bytes");
  return UINT64_MAX;
}

uint64_t
jobs_memory (void)
{
  CLEANUP_FCLOSE FILE *fp = fopen ("/proc/self/cgroup", "re");
  uint64_t memory = available_memory ();
  char line[4096];

  while (fp && fgets (line, sizeof line, fp)) {
    uint64_t limit = group_limit (line);

    memory = limit < memory ? limit : memory;
  }
  return memory;
}

/* --- processors ------------------------------------------------------------------- */

static size_t
processors (void)
{
  cpu_set_t set;
  long n = -1;

  if (sched_getaffinity (0, sizeof set, &set) == 0)
    n = CPU_COUNT (&set);
  else
    n = sysconf (_SC_NPROCESSORS_ONLN);
  return n < 1 ? 1 : n;
}

size_t
jobs_default (void)
{
  uint64_t room = jobs_memory () / JOB_MEMORY;
  size_t n = processors ();

  if (room < n)
    n = room;
  return n > 0 ? n : 1;
}
