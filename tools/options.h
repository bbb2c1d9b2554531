/* Options that the shell and the tools share, and what follows from them: a
 * handle with drives added, launched, and the guest's filesystems mounted.
 *
 * A program describes its own options beside the shared ones that it takes,
 * then calls options_next in a loop; shared options are dealt with inside.
 * These functions serve programs: on wrong input they print one line on stderr
 * and exit with status 1.
 */
#ifndef BATHYSCOPE_OPTIONS_H
#define BATHYSCOPE_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <guestfs.h>

#include "uri.h"

/* Which shared options a program takes.  -v, -V, -x and --help are always
 * taken, -a, --blocksize, -d, -c and --format unless it says no. */
enum shared_options {
  TAKES_MOUNT = 1,     /* -m */
  TAKES_KEYS = 2,      /* --key, --keys-from-stdin, --echo-keys */
  TAKES_INSPECTOR = 4, /* -i */
  TAKES_RO_RW = 8,     /* -r, -w */
  TAKES_NETWORK = 16,  /* --network */
  TAKES_NO_DOMAINS = 32, /* neither -c nor -d */
  TAKES_MESSAGES = 128,  /* -q, --colours, --wrap, --machine-readable */
  TAKES_CONFIG = 256,    /* not an option: reads libguestfs-tools.conf */
  TAKES_NO_DRIVES = 64,  /* neither these nor -a, --format, --blocksize */
};

struct drive_option {
  char *image;        /* or the name or UUID of a libvirt domain; no password */
  struct drive_uri uri; /* where it is one: its path is not NULL */
  bool is_domain;
  bool is_guessed;    /* a domain because there is no file of this name */
  bool is_new;        /* made for the session: raw, and writable even with --ro */
  size_t first;       /* number of its first device, after options_add_drives */
  const char *format; /* NULL: detect */
  int blocksize;      /* 0: not given */
};

struct mount_option {
  char *device, *mountpoint, *options, *fstype; /* the last two may be NULL */
};

struct key_option {
  char *id;   /* device name, UUID or "all" */
  char *key;  /* NULL: clevis gets it from servers */
};

struct options {
  const char *program;
  guestfs_h *g;
  int takes;
  const char *usage;           /* text of --help */
  bool help_shared;            /* --help goes on with the shared options */
  const char *own_short;
  const struct option *own_long; /* ends with a zero entry; val > 255 or a letter */

  bool readonly;               /* drives are added read-only */
  bool inspector;
  bool verbose, trace, quiet;
  bool machine_readable;       /* alone: print the program's abilities */
  bool keys_from_stdin, echo_keys;
  int tty;                     /* a terminal to ask for keys on; 0: /dev/tty */
  const char *connect;         /* libvirt URI */
  struct drive_option *drives;
  size_t nr_drives;
  bool domains;                /* one of them is a domain */
  struct mount_option *mounts;
  size_t nr_mounts;
  struct key_option *keys;
  size_t nr_keys;

  /* working state of --format and --blocksize, which hold for what follows */
  const char *format;
  int blocksize;
  bool format_consumed, blocksize_consumed;
  struct option *all_long;
  char *all_short;
};

/* Values of own long options start here. */
#define OPTION_OWN 1000

/* Fill the rest after program, takes, usage, own_short, own_long are set, and
 * create the handle. */
void options_start (struct options *o);
/* The value of the next option of the program's own, or -1 after the last. */
int options_next (struct options *o, int argc, char *argv[]);
/* After that, where own_short starts with "+", which ends the options at the
 * first other argument: let options_next look for them behind it as well.  What
 * has been read goes away from the front of the arguments. */
void options_anywhere (struct options *o, int *argc, char ***argv);
/* Complain about options that were given but had no effect. */
void options_check (struct options *o);

/* Images given without -a, as older syntax allows.  Where the image is a URI with
 * a password, that is cut out of the argument (uri.h). */
void options_add_image (struct options *o, char *image);

/* The same of a domain, where the name is no URI, has no slash and is of no file. */
void options_add_either (struct options *o, char *name);

/* Without -a and -d, all arguments but the last are images or domains. */
void options_old_style (struct options *o, int argc, char *argv[]);

/* A raw image that the program has made; its number in `drives`. */
size_t options_add_new_image (struct options *o, const char *image);

/* An image for another guest, which has options of its own, with --format and
 * --blocksize of this one's. */
void options_add_image_as (struct options *o, struct options *to,
                           char *image);
void options_add_domain (struct options *o, const char *domain);

/* Add the drives and domains to the handle `g`; the number added. */
void options_add_drives (const struct options *o, guestfs_h *g);
/* Do what -m or -i ask for on the launched handle. */
void options_mount (const struct options *o, guestfs_h *g);
/* All of it: add, launch, mount. */
void options_open (const struct options *o);

/* Inspect and mount a guest's filesystems; the root found is returned in heap
 * memory.  Exits when there is none or more than one. */
char *mount_inspected (const struct options *o, guestfs_h *g);
/* Mount the filesystems of one root that inspection has found, shortest mount
 * point first.  Exits where the root filesystem cannot be mounted; others are
 * told of.  `mount_options` is "POINT:OPTIONS;POINT:OPTIONS..." or NULL, and is
 * not for read-only mounts. */
void mount_root (const struct options *o, guestfs_h *g, const char *root,
                 const char *mount_options);
/* Open encrypted devices with the keys given, or by asking. */
void unlock_devices (const struct options *o, guestfs_h *g);

/* The number, not negative, that an option takes; exits when it is none. */
int options_number (const struct options *o, const char *option,
                    const char *text);

/* Print "program: message" and exit with status 1. */
void die (const struct options *o, const char *fmt, ...)
  __attribute__ ((noreturn, format (printf, 2, 3)));
/* Exit because a guestfs call failed; its message has been printed. */
void die_handle (const struct options *o) __attribute__ ((noreturn));
/* Hidden: readline has functions of its own with these names, and would find
 * ours in their place. */
#define OURS __attribute__ ((visibility ("hidden")))
OURS void *xmalloc (size_t size);
OURS void *xrealloc (void *ptr, size_t nmemb, size_t size);
OURS char *xstrdup (const char *s);

/* One more handle, as the options want it; exits where there is none. */
guestfs_h *options_new_handle (const struct options *o);

void options_finish (struct options *o);

#endif
