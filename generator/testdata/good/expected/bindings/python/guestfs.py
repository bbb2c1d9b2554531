# The Python binding of the library: see guestfs-python(3).
#
# Made by the generator from generator/api; changes here are lost.

"""Access and modify disk images of virtual machines.

    import guestfs
    g = guestfs.GuestFS(python_return_dict=True)
    g.add_drive_opts("disk.img", format="raw", readonly=True)
    g.launch()
    for device in g.list_partitions():
        print(device)
    g.close()

A call that fails raises RuntimeError with the message.
"""

import os
import sys
from typing import Dict, List, Optional, Tuple, Union

import libguestfsmod

EVENT_CLOSE = 0x0001
EVENT_SUBPROCESS_QUIT = 0x0002
EVENT_LAUNCH_DONE = 0x0004
EVENT_PROGRESS = 0x0008
EVENT_APPLIANCE = 0x0010
EVENT_LIBRARY = 0x0020
EVENT_TRACE = 0x0040
EVENT_ENTER = 0x0080
EVENT_LIBVIRT_AUTH = 0x0100
EVENT_WARNING = 0x0200
EVENT_ALL = 0x03ff


class ClosedHandle(ValueError):
    pass


def event_to_string(events: int) -> str:
    """Names of a bitmask of events, separated by commas."""
    return libguestfsmod.event_to_string(events)


class GuestFS(object):
    """A handle."""

    def __init__(self, python_return_dict=False, environment=True,
                 close_on_exit=True):
        """Make a handle.

        python_return_dict: calls that return a hash return a dict, and not
        a list of pairs. New programs should set it.
        environment: take settings from the environment.
        close_on_exit: close the handle when the program ends.
        """
        flags = 0
        if not environment:
            flags |= 1
        if not close_on_exit:
            flags |= 2
        self._o = libguestfsmod.create(flags)
        self._python_return_dict = python_return_dict

        # With the environment comes the name of the script.
        if environment and sys.argv and sys.argv[0]:
            libguestfsmod.set_program(self._o,
                                      os.path.basename(sys.argv[0]))

    def __del__(self):
        if getattr(self, "_o", None):
            libguestfsmod.close(self._o)

    def _check_not_closed(self):
        if not self._o:
            raise ClosedHandle("GuestFS: method called on closed handle")

    def _maybe_convert_to_dict(self, r):
        if self._python_return_dict:
            r = dict(r)
        return r

    def close(self):
        """Close the handle, and everything that it holds.

        It can be called when the handle is closed already. Any other
        method then raises ClosedHandle.
        """
        if self._o:
            o = self._o
            self._o = None
            libguestfsmod.close(o)

    def last_errno(self) -> int:
        """The errno of the last call of this thread that failed, or 0.
        """
        self._check_not_closed()
        return libguestfsmod.last_errno(self._o)

    def set_event_callback(self, cb, event_bitmask):
        """Have cb(event, event_handle, buf, array) called for events.

        Returns a number for delete_event_callback.
        """
        self._check_not_closed()
        return libguestfsmod.set_event_callback(self._o, cb, event_bitmask)

    def delete_event_callback(self, event_handle):
        """Delete a callback."""
        self._check_not_closed()
        libguestfsmod.delete_event_callback(self._o, event_handle)

    def get_buffer(self, path: str, offset: Optional[int] = None) -> bytes:
        """get bytes

        Text.
        """
        self._check_not_closed()
        r = libguestfsmod.get_buffer(self._o, path, offset)
        return r

    def get_hash(self) -> Union[List[Tuple[str, str]], Dict[str, str]]:
        """get a table

        Text.
        """
        self._check_not_closed()
        r = libguestfsmod.get_hash(self._o)
        r = self._maybe_convert_to_dict(r)
        return r

    def get_mode(self) -> int:
        """get a mode

        Text.
        """
        self._check_not_closed()
        r = libguestfsmod.get_mode(self._o)
        return r

    def get_point(self, nr: int) -> Dict:
        """get a point

        Text.
        """
        self._check_not_closed()
        r = libguestfsmod.get_point(self._o, nr)
        return r

    def get_points(self) -> List[Dict]:
        """get the points

        Text.
        """
        self._check_not_closed()
        r = libguestfsmod.get_points(self._o)
        return r

    def get_thing(self) -> Optional[str]:
        """get a thing

        Text.
        """
        self._check_not_closed()
        r = libguestfsmod.get_thing(self._o)
        return r

    def set_thing(self, thing: Optional[str]) -> None:
        """set a thing

        Text.
        """
        self._check_not_closed()
        r = libguestfsmod.set_thing(self._o, thing)
        return r

    def take_all(self, str: str, path: str, device: str, mountable: str, devpath: str, mountpath: str, filename: str, key: str, guid: str, optstr: Optional[str], filein: str, words: List[str], devices: List[str], filenames: List[str], paths: List[str], num: int, large: int, truth: bool, content: Union[bytes, str], force: Optional[bool] = None, level: Optional[int] = None, size: Optional[int] = None, label: Optional[str] = None, names: Optional[List[str]] = None) -> None:
        """take one of each

        The first paragraph, with code and a call, g.get_points.

        force

            Do it <anyway>.

         verbatim   text

        Deprecated: use g.other.
        """
        self._check_not_closed()
        r = libguestfsmod.take_all(self._o, str, path, device, mountable, devpath, mountpath, filename, key, guid, optstr, filein, list(words), list(devices), list(filenames), list(paths), num, large, truth, content, force, level, size, label, names)
        return r

    take_all_opts = take_all
