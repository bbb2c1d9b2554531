package com.redhat.et.libguestfs;

/** A call failed. */
public class LibGuestFSException extends Exception
{
  private static final long serialVersionUID = 1L;

  private final int errno;
  private final String call;

  /**
   * Make an exception with a message only.
   * @param message the message
   */
  public LibGuestFSException (String message)
  {
    this (message, 0, null);
  }

  /**
   * Make an exception.
   * @param message the message
   * @param errno the error number of the system, or 0
   * @param call the name of the call, or null
   */
  public LibGuestFSException (String message, int errno, String call)
  {
    super (message);
    this.errno = errno;
    this.call = call;
  }

  /**
   * The error number of the system.
   * @return the number, as errno(3) has it for Linux, or 0
   */
  public int getErrno ()
  {
    return errno;
  }

  /**
   * The call that failed.
   * @return its name, or null
   */
  public String getCall ()
  {
    return call;
  }
}
