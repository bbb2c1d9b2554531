/* The messages that describe a machine: see docs/ARCHITECTURE.md, 9.1. */

#include <config.h>

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "network.h"
#include "session.h"

#define MIN_MEMORY 64
#define MAX_MEMORY (1024 * 1024)
#define MAX_SMP 255

/* A descriptor of the message; -1 for /dev/null, which stands for nothing. */
static int
take_real_fd (struct control_message *m, size_t i)
{
  int fd = control_take_fd (m, i);
  struct stat st;

  if (fd >= 0 && fstat (fd, &st) == 0 && S_ISCHR (st.st_mode)
      && st.st_rdev == makedev (1, 3)) {
    close (fd);
    return -1;
  }
  return fd;
}

static int
copy_string (char **ret, const char *value)
{
  char *copy = strdup (value);

  if (!copy)
    return -1;
  free (*ret);
  *ret = copy;
  return 0;
}

/* The daemon finds its settings on the kernel's command line. */
static int
set_network (struct machine_config *c, const char *resolver,
             struct error *err)
{
  char *append;

  if (resolver && *resolver
      && inet_pton (AF_INET, resolver, &c->resolver) != 1)
    return error_set (err, EINVAL, "resolver %s", resolver);
  if (asprintf (&append, "%s " NETWORK_APPEND, c->append ? c->append : "")
      == -1)
    return error_errno (err, "machine message");
  free (c->append);
  c->append = append;
  return 0;
}

static int
receive_machine (struct session *s, struct control_message *m,
                 struct error *err)
{
  struct machine_config *c = &s->machine.config;
  const char *engine = control_get (m, "engine");
  const char *append = control_get (m, "append");
  const char *key = control_get (m, "template-key");
  int64_t memory = control_get_int (m, "memory", 512);
  int64_t smp = control_get_int (m, "smp", 1);
  int64_t cpu = control_get_int (m, "cpu", -1);

  if (s->rpc_fd >= 0)
    return error_set (err, EPROTO, "a second machine message");
  if (memory < MIN_MEMORY || memory > MAX_MEMORY)
    return error_set (err, EINVAL, "memory must be %d to %d MiB", MIN_MEMORY,
                      MAX_MEMORY);
  if (smp < 1 || smp > MAX_SMP)
    return error_set (err, EINVAL, "smp must be 1 to %d", MAX_SMP);
  if (cpu < -1 || cpu >= CPU_SETSIZE)
    return error_set (err, EINVAL, "there is no CPU %" PRId64, cpu);
  c->memory = memory;
  c->smp = smp;
  c->cpu = cpu;
  c->verbose = control_get_int (m, "verbose", 0);
  if (key && copy_string (&c->template_key, key) == -1)
    return error_errno (err, "machine message");
  if (copy_string (&c->engine, engine && *engine ? engine : "auto") == -1
      || (append && copy_string (&c->append, append) == -1))
    return error_errno (err, "machine message");
  c->sandbox_optional = control_get_int (m, "sandbox-optional", 0);
  c->network = control_get_int (m, "network", 0);
  if (c->network && set_network (c, control_get (m, "resolver"), err) == -1)
    return -1;
  s->rpc_fd = control_take_fd (m, 0);
  c->kvm_kernel_fd = take_real_fd (m, 1);
  c->uml_kernel_fd = take_real_fd (m, 2);
  c->root_fd = take_real_fd (m, 3);
  c->template_fd = take_real_fd (m, 4);
  if (s->rpc_fd == -1)
    return error_set (err, EPROTO, "machine message without an RPC socket");
  return 0;
}

static int
receive_one (struct session *s, struct control_message *m, struct error *err)
{
  if (strcmp (m->type, "machine") == 0)
    return receive_machine (s, m, err);
  if (strcmp (m->type, "drive") == 0)
    return drive_add (s, m, err);
  return error_set (err, EPROTO, "control message %s before start", m->type);
}

int
session_wait_message (const struct session *s, struct control_message *ret,
                      struct error *err)
{
  for (;;) {
    struct pollfd p = { .fd = s->control_fd, .events = POLLIN };
    int r;

    if (poll (&p, 1, -1) == -1 && errno != EINTR)
      return error_errno (err, "control channel");
    r = control_recv (s->control_fd, ret, err);
    if (r != -1 || err->errnum != EAGAIN)
      return r;
    error_clear (err);
  }
}

int
session_receive_config (struct session *s, struct error *err)
{
  CLEANUP_CONTROL_MESSAGE struct control_message m = CONTROL_MESSAGE_INIT;

  for (;;) {
    int r = session_wait_message (s, &m, err);

    if (r <= 0)
      return r;
    if (strcmp (m.type, "shutdown") == 0)
      return 0;
    if (strcmp (m.type, "start") == 0) {
      if (s->rpc_fd == -1)
        return error_set (err, EPROTO, "start without a machine");
      return 1;
    }
    if (receive_one (s, &m, err) == -1)
      return -1;
  }
}

void
session_release_config (struct session *s)
{
  struct machine_config *c = &s->machine.config;

  free (c->engine);
  free (c->append);
  free (c->template_key);
  cleanup_close (&c->template_fd);
  cleanup_close (&c->kvm_kernel_fd);
  cleanup_close (&c->uml_kernel_fd);
  cleanup_close (&c->root_fd);
  cleanup_close (&s->rpc_fd);
}
