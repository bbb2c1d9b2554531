/* guestfish: the shell.  Options, then commands from the command line, from a
 * script or from the terminal. */

#include <config.h>

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "builtins.h"
#include "cleanup.h"
#include "commands.h"
#include "completion.h"
#include "fish.h"
#include "prepared.h"
#include "progress.h"
#include "prompt.h"
#include "remote.h"
#include "shell.h"
#include "strlist.h"

static const char usage[] =
  "A shell for the disks of virtual machines.\n"
  "\n"
  "  guestfish [options] [command [: command ...]]\n"
  "  guestfish [options] -a disk.img [-i | -m DEVICE] [command ...]\n"
  "  guestfish [options] -d domain ...\n"
  "\n"
  "  -a, --add IMAGE        add this disk image\n"
  "      --blocksize 512|4096  sector size of the images that follow\n"
  "  -c, --connect URI      libvirt connection for -d\n"
  "  -d, --domain NAME      add the disks of this libvirt domain\n"
  "      --csh              with --listen: for csh and tcsh\n"
  "      --echo-keys        show keys as they are typed\n"
  "  -f, --file FILE        read commands from this file\n"
  "      --format FORMAT    format of the images that follow (raw, qcow2)\n"
  "  -h, --cmd-help [CMD]   list the commands, or explain one\n"
  "      --help             print this text\n"
  "  -i, --inspector        find the guest's filesystems and mount them\n"
  "      --key ID:key:TEXT|ID:file:NAME|ID:clevis  key of an encrypted device\n"
  "      --keys-from-stdin  read keys from standard input\n"
  "      --listen           wait for commands of --remote in the background\n"
  "  -m, --mount DEV[:MNT[:OPTS[:FSTYPE]]]  mount this (repeat for more)\n"
  "  -N, --new [FILE=]TYPE  make a disk and use it; -N help lists the types\n"
  "  -n, --no-sync          do not sync the disks at the end\n"
  "      --network          connect the appliance to the network\n"
  "  -D, --no-dest-paths    do not complete paths in the guest\n"
  "      --pipe-error       a failing local command in a pipe is an error\n"
  "      --progress-bars, --no-progress-bars  show them always, or never\n"
  "      --remote[=PID]     send the commands to the shell that --listen started\n"
  "  -r, --ro               open the disks read-only\n"
  "  -v, --verbose          print debugging messages\n"
  "  -V, --version          print the version\n"
  "  -w, --rw               open the disks for writing (the default)\n"
  "  -x                     print commands as they are run, trace calls\n"
  "\n"
  "Exit status: 0, or 1 when a command failed.\n";

enum {
  OPTION_CSH = OPTION_OWN,
  OPTION_LISTEN,
  OPTION_LIVE,
  OPTION_NO_DEST_PATHS,
  OPTION_NO_PROGRESS,
  OPTION_PIPE_ERROR,
  OPTION_PROGRESS,
  OPTION_REMOTE,
  OPTION_SELINUX,
};

static const struct option own_long[] = {
  { "cmd-help", optional_argument, NULL, 'h' },
  { "csh", no_argument, NULL, OPTION_CSH },
  { "file", required_argument, NULL, 'f' },
  { "listen", no_argument, NULL, OPTION_LISTEN },
  { "live", no_argument, NULL, OPTION_LIVE },
  { "new", required_argument, NULL, 'N' },
  { "no-dest-paths", no_argument, NULL, OPTION_NO_DEST_PATHS },
  { "no-progress-bars", no_argument, NULL, OPTION_NO_PROGRESS },
  { "no-sync", no_argument, NULL, 'n' },
  { "pipe-error", no_argument, NULL, OPTION_PIPE_ERROR },
  { "progress-bars", no_argument, NULL, OPTION_PROGRESS },
  { "remote", optional_argument, NULL, OPTION_REMOTE },
  { "selinux", no_argument, NULL, OPTION_SELINUX },
  { NULL, 0, NULL, 0 },
};

static void __attribute__ ((noreturn))
command_help (struct fish *fish, const char *name)
{
  if (name)
    exit (help_on_command (fish, name) == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
  help_list_commands ();
  exit (EXIT_SUCCESS);
}

/* What is asked for besides commands. */
static struct {
  bool listen, csh;
} asked;

static void
take_options (struct fish *fish, int argc, char *argv[])
{
  struct options *o = &fish->options;
  int c;

  while ((c = options_next (o, argc, argv)) != -1)
    switch (c) {
    case 'f': fish->file = optarg; break;
    case 'h':
      command_help (fish, optarg ? optarg
                          : optind < argc ? argv[optind] : NULL);
    case 'n':
      guestfs_set_autosync (o->g, 0);
      break;
    case 'N': prepared_add (fish, optarg); break;
    case OPTION_CSH: asked.csh = true; break;
    case OPTION_LISTEN: asked.listen = true; break;
    case OPTION_LIVE:
      die (o, "--live is not possible: there is no way into a running machine; open its disks with --ro");
    case 'D': case OPTION_NO_DEST_PATHS: fish->dest_paths = false; break;
    case OPTION_NO_PROGRESS: fish->progress_bars = 0; break;
    case OPTION_PIPE_ERROR: fish->pipe_error = true; break;
    case OPTION_PROGRESS: fish->progress_bars = 1; break;
    case OPTION_REMOTE: fish->remote_pid = remote_server (fish, optarg); break;
    case OPTION_SELINUX: break; /* accepted; it has had no effect for long */
    }
}

/* Does one of the words name a disk or a domain? */
static bool
names_drive (char *const *words)
{
  static const char *const names[] = { "-a", "-d", "-N", "--add", "--domain",
                                       "--new" };
  size_t i, len;

  for (; *words && strcmp (*words, "--") != 0; ++words)
    for (i = 0; i < sizeof names / sizeof *names; ++i) {
      len = strlen (names[i]);
      if (strncmp (*words, names[i], len) == 0
          && ((*words)[len] == '\0' || (*words)[len] == '='))
        return true;
    }
  return false;
}

/* The commands start at optind of what *argv is then.  Options end with the
 * first command, so that commands may have words like -1; but a command line
 * whose disks come only later, as that of the script virt-copy-out, has its
 * options anywhere. */
static void
parse_options (struct fish *fish, int *argc, char ***argv)
{
  take_options (fish, *argc, *argv);
  if (fish->options.nr_drives == 0 && strcmp ((*argv)[optind - 1], "--") != 0
      && names_drive (*argv + optind)) {
    options_anywhere (&fish->options, argc, argv);
    take_options (fish, *argc, *argv);
  }
  options_check (&fish->options);
}

/* "-i disk.img" and "-i domain", as the first versions had it: without another
 * disk, the words that are no commands are what -i is about. */
static void
old_inspector_words (struct fish *fish, int argc, char *argv[])
{
  struct options *o = &fish->options;

  if (!o->inspector || o->nr_drives > 0 || fish->remote_pid)
    return;
  for (; optind < argc && !fish_lookup (argv[optind]); ++optind)
    options_add_either (o, argv[optind]);
}

/* What does not go together. */
static void
check_remote (const struct fish *fish, bool commands)
{
  const struct options *o = &fish->options;

  if (asked.listen && fish->remote_pid)
    die (o, "--listen and --remote do not go together");
  if (asked.listen && fish->file)
    die (o, "--listen and --file do not go together");
  if (asked.listen && commands)
    die (o, "--listen takes no commands: send them with --remote");
  if (fish->remote_pid && (o->nr_drives > 0 || o->nr_mounts > 0 || o->inspector))
    die (o, "--remote sends commands alone: give disks and mounts with --listen, or use the commands add and mount");
}

/* -a without -i, -m or -N leaves launching to the user, as it always has. */
static void
open_drives (struct fish *fish)
{
  struct options *o = &fish->options;

  options_add_drives (o, o->g);
  if (o->inspector || o->nr_mounts > 0 || fish->nr_prepared > 0) {
    if (o->inspector && o->nr_drives == 0 && !o->domains)
      die (o, "-i needs a disk image (-a) or a domain (-d)");
    if (guestfs_launch (o->g) == -1)
      die_handle (o);
    prepared_format (fish);
    if (o->inspector) {
      CLEANUP_FREE char *root = mount_inspected (o, o->g);

      if (fish->interactive)
        tell_mounted (fish, root);
    }
    else
      options_mount (o, o->g);
  }
}

/* Commands given as arguments, separated by ":". */
static int
run_arguments (struct fish *fish, char *argv[])
{
  size_t i;

  while (argv[0]) {
    CLEANUP_FREE char **words = NULL;
    bool ignore = false;
    int r;

    for (i = 0; argv[i] && strcmp (argv[i], ":") != 0; ++i)
      ;
    words = xrealloc (NULL, i + 1, sizeof *words);
    memcpy (words, argv, i * sizeof *words);
    words[i] = NULL;
    argv += i + (argv[i] != NULL);
    if (i == 0)
      continue;
    if (words[0][0] == '-' && words[0][1]) {
      ignore = true;
      words[0]++;
    }
    fish->ignore_errors = ignore;
    r = shell_run_words (fish, words);
    fflush (stdout);
    if (r == -1 && !ignore)
      return -1;
    if (fish->quit)
      break;
  }
  return 0;
}

static void
welcome (void)
{
  puts ("Type \"help\" for commands, \"help COMMAND\" for one of them, "
        "\"quit\" to leave.\n");
}

/* Flush what was written; this is where late write errors show. */
static int
finish (struct fish *fish)
{
  int r = 0;

  if (guestfs_is_ready (fish->g) && guestfs_shutdown (fish->g) == -1)
    r = -1;
  return r;
}

int
main (int argc, char *argv[])
{
  struct fish fish = {
    .options = {
      .program = "guestfish",
      .takes = TAKES_MOUNT | TAKES_KEYS | TAKES_INSPECTOR | TAKES_RO_RW | TAKES_CONFIG
               | TAKES_NETWORK,
      .usage = usage, .own_short = "+Df:h::nN:", .own_long = own_long,
    },
    .dest_paths = true, .progress_bars = -1,
  };
  struct progress *progress = NULL;
  int r;

  setlocale (LC_ALL, "");
  options_start (&fish.options);
  fish.g = fish.options.g;
  parse_options (&fish, &argc, &argv);
  old_inspector_words (&fish, argc, argv);
  check_remote (&fish, optind < argc);
  if (fish.file && optind < argc)
    die (&fish.options, "commands are read from --file or taken from the command line, not both");
  if (fish.file && !freopen (fish.file, "r", stdin))
    die (&fish.options, "%s: %s", fish.file, strerror (errno));
  fish.interactive = optind >= argc && !fish.file && !asked.listen
                     && isatty (STDIN_FILENO);
  fish.echo_commands = fish.options.trace && optind >= argc;
  fish.colour = isatty (STDOUT_FILENO) && getenv ("TERM")
                && strcmp (getenv ("TERM"), "dumb") != 0
                && !getenv ("NO_COLOR");
  if (fish.progress_bars == 1
      || (fish.progress_bars == -1 && (fish.interactive || optind < argc))) {
    progress = progress_new ("guestfish", fish.progress_bars == 1);
    progress_attach (progress, fish.g);
  }

  if (fish.interactive) {
    prompt_print ("GUESTFISH_INIT");
    welcome ();
  }
  open_drives (&fish);
  if (fish.interactive)
    completion_start (&fish);
  if (asked.listen)
    r = remote_listen (&fish, asked.csh);
  else
    r = optind < argc ? run_arguments (&fish, argv + optind) : shell_run (&fish);
  if (fish.interactive) {
    completion_end (&fish);
    prompt_print ("GUESTFISH_RESTORE");
  }
  if (finish (&fish) == -1)
    r = -1;
  fish.options.g = fish.g;
  prepared_release (&fish);
  options_finish (&fish.options);
  progress_free (progress);
  return r == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
