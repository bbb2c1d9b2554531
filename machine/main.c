/* bathyscope-machine: runs one guest for the library that started it.
 *
 * Descriptor 3 is the control channel.  The phases of a launch are those of
 * engine.h; this file walks through them, then serves the control channel
 * until the library asks for the end or is gone.  Whatever happens, the guest
 * ends before this process does.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "network.h"
#include "pool.h"
#include "sandbox.h"
#include "session.h"

static const struct engine_ops *const engines[] = {
#ifdef ENABLE_KVM
  &engine_kvm,
#endif
#ifdef ENABLE_UML
  &engine_uml,
#endif
};
#define NR_ENGINES (sizeof engines / sizeof engines[0])

/* Choose the engine, and prepare it: with "auto", the first that can.
 * *ret_warning says why a better one could not (the caller frees it). */
static int
choose_engine (struct session *s, char **ret_warning, struct error *err)
{
  struct machine *m = &s->machine;
  const char *want = m->config.engine;
  bool any = strcmp (want, "auto") == 0;
  CLEANUP_ERROR struct error first = ERROR_INIT;
  size_t i;

  for (i = 0; i < NR_ENGINES; ++i) {
    CLEANUP_ERROR struct error e = ERROR_INIT;

    if (!any && strcmp (want, engines[i]->name) != 0)
      continue;
    if (engines[i]->probe (m, &e) == 0 && engines[i]->prepare (m, &e) == 0) {
      m->engine = engines[i];
      *ret_warning = TAKE_PTR (first.message);
      return 0;
    }
    error_prefix (&e, "engine %s", engines[i]->name);
    if (!error_is_set (&first))
      error_move (&first, &e);
    else if (error_is_set (&e))
      error_prefix (&first, "%s; before that", e.message);
  }
  if (error_is_set (&first))
    error_move (err, &first);
  else
    error_set (err, ENOTSUP, "there is no engine %s here", want);
  return -1;
}

/* The fixed devices and the drives, as the engines know them. */
static int
count_devices (struct session *s, struct error *err)
{
  struct machine *m = &s->machine;
  size_t i;

  m->nr_devices = MACHINE_FIRST_DRIVE + s->drives.len + m->config.network;
  m->device_ids = malloc (m->nr_devices * sizeof *m->device_ids);
  m->devices = calloc (m->nr_devices, sizeof (struct virtio_device *));
  if (!m->device_ids || !m->devices)
    return error_errno (err, "devices");
  m->device_ids[MACHINE_CONSOLE] = VIRTIO_ID_CONSOLE;
  m->device_ids[MACHINE_RNG] = VIRTIO_ID_RNG;
  for (i = MACHINE_FIRST_DRIVE; i < m->nr_devices; ++i)
    m->device_ids[i] = VIRTIO_ID_BLOCK;
  if (m->config.network)
    m->device_ids[m->nr_devices - 1] = VIRTIO_ID_NET;
  return 0;
}

static void
console_text (void *opaque, const char *text, size_t len)
{
  machine_console (opaque, text, len);
}

static int
make_devices (struct session *s, struct error *err)
{
  struct machine *m = &s->machine;
  struct console_callbacks callbacks = { console_text, m };
  struct virtio_device *dev;

  dev = console_new (TAKE_FD (s->rpc_fd), &callbacks, err);
  if (!dev)
    return -1;
  dev->loop = s->rpc_loop;
  m->devices[MACHINE_CONSOLE] = dev;
  dev = rng_new (err);
  if (!dev)
    return -1;
  dev->loop = s->rpc_loop;
  m->devices[MACHINE_RNG] = dev;
  if (s->network) {
    m->devices[m->nr_devices - 1] = network_device (s->network, err);
    if (!m->devices[m->nr_devices - 1])
      return -1;
  }
  return drives_open (s, err);
}

/* Before the sandbox closes, as it loads a library. */
static int
make_network (struct session *s, struct error *err)
{
  const struct machine_config *c = &s->machine.config;

  if (c->network)
    s->network = network_new (c->resolver, err);
  return c->network && !s->network ? -1 : 0;
}

static int
make_loops (struct session *s, struct error *err)
{
  s->machine.main_loop = loop_new (err);
  s->io_loop = loop_new (err);
  s->rpc_loop = loop_new (err);
  if (!s->machine.main_loop || !s->io_loop || !s->rpc_loop)
    return -1;
  s->io_pool = pool_new (s->io_loop, err);
  return s->io_pool ? 0 : -1;
}

int
session_step (struct session *s, enum launch_step step)
{
  struct timespec t;

  (void) clock_gettime (CLOCK_MONOTONIC, &t);
  s->times[step] = t.tv_sec * INT64_C (1000000) + t.tv_nsec / 1000;
  return 0;
}

int
session_launch (struct session *s, struct error *err)
{
  struct machine *m = &s->machine;
  CLEANUP_FREE char *warning = NULL;

  if (m->config.sandbox_optional)
    sandbox_make_optional ();
  if (count_devices (s, err) == -1 || make_loops (s, err) == -1
      || choose_engine (s, &warning, err) == -1
      || session_step (s, STEP_ENGINE)
      || make_network (s, err) == -1
      || sandbox_machine (m->engine->syscalls, m->config.network, err) == -1
      || session_step (s, STEP_SANDBOX)
      || make_devices (s, err) == -1 || session_step (s, STEP_IMAGES)
      || m->engine->run (m, err) == -1
      || loop_start (s->io_loop, "disks", err) == -1
      || loop_start (s->rpc_loop, "rpc", err) == -1
      || (s->network && network_start (s->network, err) == -1)
      || session_step (s, STEP_GUEST))
    return -1;
  tell_engine (s, warning);
  return 0;
}

/* Takes the descriptor. */
static void
copy_console_to (struct session *s, int fd)
{
  CLEANUP_UNLOCK (&s->lock);

  cleanup_close (&s->console_fd);
  s->console_fd = fd;
}

static void
control_ready (struct loop_source *source, uint32_t events)
{
  struct session *s = (struct session *)
    ((char *) source - offsetof (struct session, control));
  CLEANUP_CONTROL_MESSAGE struct control_message m = CONTROL_MESSAGE_INIT;
  CLEANUP_ERROR struct error err = ERROR_INIT;
  int r = control_recv (s->control_fd, &m, &err);

  if (r == -1 && err.errnum == EAGAIN)
    return;
  if (r == 1 && strcmp (m.type, "console") == 0) {
    copy_console_to (s, control_take_fd (&m, 0));
    return;
  }
  if (r == 1 && strcmp (m.type, "copy") == 0) {
    copy_start (s, &m);
    return;
  }
  if (r == 1 && strcmp (m.type, "copy-cancel") == 0) {
    copy_cancel (s);
    return;
  }
  /* The other message of this phase; at the end of the channel, and when it
   * makes no sense any more, the guest ends unflushed. */
  s->shutdown = r == 1 && strcmp (m.type, "shutdown") == 0;
  loop_stop (s->machine.main_loop);
}

void
session_tear_down (struct session *s)
{
  struct machine *m = &s->machine;
  size_t i;

  copy_end (s);
  if (m->engine)
    m->engine->halt (m);
  loop_stop (s->io_loop);
  pool_free (s->io_pool);
  loop_stop (s->rpc_loop);
  network_stop (s->network);
  if (m->engine)
    m->engine->release (m);
  for (i = 0; m->devices && i < m->nr_devices; ++i)
    if (m->devices[i])
      m->devices[i]->ops->free (m->devices[i]);
  network_free (s->network);
  free (m->devices);
  free (m->device_ids);
  free (m->template_refused);
  loop_free (s->io_loop);
  loop_free (s->rpc_loop);
  loop_free (m->main_loop);
}

static int
run_session (struct session *s)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  int r = session_receive_config (s, &err);

  if (r == 1) {
    (void) session_step (s, STEP_CONFIGURED);
    r = session_launch (s, &err);
    s->control.fd = s->control_fd;
    s->control.ready = control_ready;
    if (r == 0)
      r = loop_add (s->machine.main_loop, &s->control, EPOLLIN, &err);
    if (r == 0)
      loop_run (s->machine.main_loop);
    session_tear_down (s);
  }
  if (r == -1)
    tell_error (s, &err);
  error_clear (&err);
  (void) drives_close (s, &err);
  if (s->shutdown)
    tell_flushed (s, &err);
  copy_console_to (s, -1);
  session_release_config (s);
  return r == -1 ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* Keep descriptors 0 to 3 as we were given them, 0 to 2 open. */
static int
clean_descriptors (int keep)
{
  int fd;

  do
    fd = open ("/dev/null", O_RDWR);
  while (fd >= 0 && fd <= 2);
  if (fd == -1)
    return -1;
  close (fd);
  return close_range (keep + 1, ~0U, 0);
}

static int
serve_library (void)
{
  struct session s = {
    .machine.config = { .kvm_kernel_fd = -1, .uml_kernel_fd = -1,
                        .root_fd = -1, .template_fd = -1 },
    .control_fd = CONTROL_FD, .rpc_fd = -1, .console_fd = -1,
    .lock = PTHREAD_MUTEX_INITIALIZER,
  };
  CLEANUP_ERROR struct error err = ERROR_INIT;
  int flags = fcntl (CONTROL_FD, F_GETFL);

  (void) session_step (&s, STEP_PROCESS);
  if (flags == -1 || fcntl (CONTROL_FD, F_SETFL, flags | O_NONBLOCK) == -1
      || fcntl (CONTROL_FD, F_SETFD, FD_CLOEXEC) == -1) {
    fprintf (stderr, "bathyscope-machine: started by hand: it belongs to"
                     " libguestfs, which gives it a control channel\n");
    return EXIT_FAILURE;
  }
  if (sandbox_begin (&err) == -1) {
    tell_error (&s, &err);
    return EXIT_FAILURE;
  }
  return run_session (&s);
}

int
main (int argc, char *argv[])
{
  /* Ctrl-C at the caller's terminal is for the caller. */
  (void) setsid ();
  (void) signal (SIGPIPE, SIG_IGN);
  (void) signal (SIGXFSZ, SIG_IGN);
  if (argc == 3 && strcmp (argv[1], "--image-info") == 0)
    return clean_descriptors (2) == -1 ? EXIT_FAILURE : image_info (argv[2]);
  if (argc > 2 && strcmp (argv[1], "--storage-daemon") == 0)
    return clean_descriptors (5) == -1 ? EXIT_FAILURE
      : storage_daemon (argc - 2, argv + 2);
  if (argc > 2 && strcmp (argv[1], "--make-template") == 0)
    return clean_descriptors (5) == -1 ? EXIT_FAILURE
      : make_template (argc - 2, argv + 2);
  if (argc != 1) {
    fprintf (stderr, "usage: bathyscope-machine [--image-info NAME]\n");
    return EXIT_FAILURE;
  }
  if (clean_descriptors (CONTROL_FD) == -1)
    return EXIT_FAILURE;
  return serve_library ();
}
