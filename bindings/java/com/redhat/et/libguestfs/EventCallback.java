package com.redhat.et.libguestfs;

/** What {@link GuestFS#set_event_callback} calls. */
public interface EventCallback
{
  /**
   * An event has happened.
   * @param event one of the EVENT_ constants of {@link GuestFS}
   * @param eh the event handle
   * @param buffer the text of an event that has one
   * @param array the numbers of a progress message
   */
  void event (long event, int eh, String buffer, long[] array);
}
