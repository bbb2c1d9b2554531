package com.redhat.et.libguestfs;

/** There is no memory for what a call takes or returns. */
public class LibGuestFSOutOfMemory extends Error
{
  private static final long serialVersionUID = 1L;

  /**
   * Make one.
   * @param message the message
   */
  public LibGuestFSOutOfMemory (String message)
  {
    super (message);
  }
}
