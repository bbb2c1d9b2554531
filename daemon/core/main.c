/* guestfsd: serves the calls of the library, one at a time.
 *
 * As process 1 it is the init of the appliance.  Otherwise, for tests, the
 * connection is standard input and output.
 */

#include <config.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "init.h"
#include "network.h"
#include "port.h"
#include "serve.h"

int
main (void)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  int is_init = getpid () == 1, port = -1, r;

  (void) signal (SIGPIPE, SIG_IGN);
  r = is_init ? init_system (&err) : 0;
  if (r == 0 && is_init)
    r = network_configure (&err);
  if (r == 0 && is_init) {
    port = init_open_port (&err);
    r = port == -1 ? -1 : 0;
  }
  if (r == 0) {
    if (is_init)
      port_init (port, port);
    else
      port_init (STDIN_FILENO, STDOUT_FILENO);
    /* The environment of init is made of the kernel's command line. */
    r = serve (getenv ("BATHYSCOPE_VERBOSE") != NULL, &err);
  }
  if (r == -1)
    fprintf (stderr, "guestfsd: %s\n", err.message);
  if (is_init)
    init_power_off ();
  return r == -1 ? EXIT_FAILURE : EXIT_SUCCESS;
}
