/* Handles on the fake machine, for the unit tests of the library. */
#ifndef BATHYSCOPE_TEST_FAKE_H
#define BATHYSCOPE_TEST_FAKE_H

#include "client.h"
#include "fake-machine.h"
#include "strbuf.h"
#include "test-lib.h"

static char dir[] = "/tmp/test-fakeXXXXXX";
static char image[64], in_file[64], out_file[64];

/* A handle with one drive; its launch does what `mode` says. */
static inline guestfs_h *
prepare (const char *mode)
{
  guestfs_h *g = quiet_handle ();

  setenv ("FAKE", mode, 1);
  CHECK (guestfs_set_path (g, dir) == 0);
  CHECK (guestfs_add_drive_opts (g, image, GUESTFS_ADD_DRIVE_OPTS_FORMAT,
                                 "raw", -1) == 0);
  return g;
}

static inline guestfs_h *
launched (void)
{
  guestfs_h *g = prepare ("");

  CHECK (guestfs_launch (g) == 0);
  CHECK (guestfs_is_ready (g) == 1);
  return g;
}

static inline int
call (guestfs_h *g, uint32_t proc, const char *in, const char *out,
      struct strbuf *reply, struct error *err)
{
  const struct client_call c = {
    .name = "test", .proc = proc, .args = "args", .args_len = 4,
    .filein = in, .fileout = out,
  };

  return client_call (g, &c, reply, err);
}

static inline void
check_echo (guestfs_h *g)
{
  CLEANUP_STRBUF struct strbuf reply = STRBUF_INIT;

  CHECK (call (g, FAKE_ECHO, NULL, NULL, &reply, NULL) == 0);
  CHECK (reply.len == 4 && memcmp (reply.data, "args", 4) == 0);
}

/* What a test begins and ends with: the folder, and what is in it. */
static inline void
begin_fake (void)
{
  char name[96];
  const char *machine = getenv ("FAKE_MACHINE");

  CHECK (machine != NULL);
  setenv ("BATHYSCOPE_MACHINE", machine, 1);
  CHECK (mkdtemp (dir) != NULL);
  snprintf (image, sizeof image, "%s/image", dir);
  snprintf (in_file, sizeof in_file, "%s/in", dir);
  setenv ("FAKE_FILE", in_file, 1);
  snprintf (out_file, sizeof out_file, "%s/out", dir);
  make_file (image, 1024 * 1024);
  snprintf (name, sizeof name, "%s/root.img", dir);
  make_file (name, 1);
  snprintf (name, sizeof name, "%s/kernel-uml", dir);
  make_file (name, 1);
  snprintf (name, sizeof name, "%s/kernel-kvm", dir);
  make_file (name, 1);
}

static inline int
end_fake (void)
{
  char name[96];

  snprintf (name, sizeof name, "rm -rf %s", dir);
  return system (name) == 0 ? 0 : 1;
}

#endif
