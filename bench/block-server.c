/* block-server: our block layer and virtio-blk, as the machine has them, with
 * its sandbox, but served to bench/block-front instead of a guest.
 *
 *   block-server SOCKET FORMAT IMAGE
 *
 * Serves one connection. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "block/block.h"
#include "loop.h"
#include "pool.h"
#include "sandbox.h"
#include "uml/vhost.h"
#include "virtio/devices.h"

#define MEMORY_LIMIT (UINT64_C (1) << 30)

static struct loop *main_loop;

static void __attribute__ ((noreturn))
fail (const char *what, const struct error *err)
{
  fprintf (stderr, "block-server: %s: %s\n", what,
           err && err->message ? err->message : strerror (errno));
  exit (EXIT_FAILURE);
}

static int
open_backing (void *opaque, const char *name, const char *parent,
              char **ret_name, struct error *err)
{
  int fd = open (name, O_RDONLY | O_CLOEXEC);

  if (fd == -1)
    return error_errno (err, "%s", name);
  *ret_name = strdup (name);
  return fd;
}

static int
accept_one (const char *path)
{
  struct sockaddr_un addr = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), sock;

  snprintf (addr.sun_path, sizeof addr.sun_path, "%s", path);
  unlink (path);
  if (fd == -1 || bind (fd, (struct sockaddr *) &addr, sizeof addr) == -1
      || listen (fd, 1) == -1)
    fail (path, NULL);
  sock = accept4 (fd, NULL, NULL, SOCK_CLOEXEC);
  if (sock == -1)
    fail (path, NULL);
  close (fd);
  return sock;
}

static void
hung_up (struct loop_source *source, uint32_t events)
{
  loop_stop (main_loop);
}

static void
io_error (void *opaque, const char *operation, const struct error *err)
{
  fprintf (stderr, "block-server: %s: %s\n", operation, err->message);
}

int
main (int argc, char *argv[])
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct block_opener opener = { .open_backing = open_backing };
  struct blk_options options = { .block_size = 512, .discard = true };
  struct blk_callbacks callbacks = { .io_error = io_error };
  struct vhost_memory memory;
  struct loop_source life = { .ready = hung_up };
  struct virtio_device *dev;
  struct vhost *server;
  struct block *block;
  struct loop *loop;
  int fd, sock;

  if (argc != 4)
    fail ("usage: block-server SOCKET FORMAT IMAGE", NULL);
  (void) signal (SIGPIPE, SIG_IGN);
  fd = open (argv[3], O_RDWR | O_CLOEXEC);
  if (fd == -1)
    fail (argv[3], NULL);
  block = block_open (fd, argv[3], argv[2], false, &opener, &err);
  if (!block)
    fail (argv[3], &err);
  sock = accept_one (argv[1]);
  main_loop = loop_new (&err);
  loop = loop_new (&err);
  options.pool = loop ? pool_new (loop, &err) : NULL;
  dev = blk_new (block, &options, &callbacks, &err);
  if (!main_loop || !loop || !options.pool || !dev)
    fail (argv[3], &err);
  dev->loop = loop;
  /* The end of the connection is seen by the loop of the main thread. */
  life.fd = dup (sock);
  vhost_memory_init (&memory, MEMORY_LIMIT);
  server = vhost_new (sock, dev, &memory, &err);
  if (!server || loop_add (main_loop, &life, EPOLLRDHUP, &err) == -1
      || sandbox_begin (&err) == -1
      || sandbox_machine (NULL, false, &err) == -1
      || loop_start (loop, "disks", &err) == -1)
    fail ("start", &err);
  loop_run (main_loop);
  loop_stop (loop);
  pool_free (options.pool);
  vhost_free (server);
  dev->ops->free (dev);
  if (block_free (block, &err) == -1)
    fail (argv[3], &err);
  loop_free (loop);
  loop_free (main_loop);
  vhost_memory_release (&memory);
  return EXIT_SUCCESS;
}
