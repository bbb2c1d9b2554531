/* bindings/python/guestfs.py: the class GuestFS. */

#include <config.h>

#include <string.h>

#include "output.h"
#include "pod.h"
#include "python.h"

static const char module_begin[] =
  "# The Python binding of the library: see guestfs-python(3).\n"
  "#\n"
  "# Made by the generator from generator/api; changes here are lost.\n"
  "\n"
  "\"\"\"Access and modify disk images of virtual machines.\n"
  "\n"
  "    import guestfs\n"
  "    g = guestfs.GuestFS(python_return_dict=True)\n"
  "    g.add_drive_opts(\"disk.img\", format=\"raw\", readonly=True)\n"
  "    g.launch()\n"
  "    for device in g.list_partitions():\n"
  "        print(device)\n"
  "    g.close()\n"
  "\n"
  "A call that fails raises RuntimeError with the message.\n"
  "\"\"\"\n"
  "\n"
  "import os\n"
  "import sys\n"
  "from typing import Dict, List, Optional, Tuple, Union\n"
  "\n"
  "import libguestfsmod\n"
  "\n"
  "EVENT_CLOSE = 0x0001\n"
  "EVENT_SUBPROCESS_QUIT = 0x0002\n"
  "EVENT_LAUNCH_DONE = 0x0004\n"
  "EVENT_PROGRESS = 0x0008\n"
  "EVENT_APPLIANCE = 0x0010\n"
  "EVENT_LIBRARY = 0x0020\n"
  "EVENT_TRACE = 0x0040\n"
  "EVENT_ENTER = 0x0080\n"
  "EVENT_LIBVIRT_AUTH = 0x0100\n"
  "EVENT_WARNING = 0x0200\n"
  "EVENT_ALL = 0x03ff\n"
  "\n"
  "\n"
  "class ClosedHandle(ValueError):\n"
  "    pass\n"
  "\n"
  "\n"
  "def event_to_string(events: int) -> str:\n"
  "    \"\"\"Names of a bitmask of events, separated by commas.\"\"\"\n"
  "    return libguestfsmod.event_to_string(events)\n"
  "\n"
  "\n"
  "class GuestFS(object):\n"
  "    \"\"\"A handle.\"\"\"\n"
  "\n"
  "    def __init__(self, python_return_dict=False, environment=True,\n"
  "                 close_on_exit=True):\n"
  "        \"\"\"Make a handle.\n"
  "\n"
  "        python_return_dict: calls that return a hash return a dict, and not\n"
  "        a list of pairs. New programs should set it.\n"
  "        environment: take settings from the environment.\n"
  "        close_on_exit: close the handle when the program ends.\n"
  "        \"\"\"\n"
  "        flags = 0\n"
  "        if not environment:\n"
  "            flags |= 1\n"
  "        if not close_on_exit:\n"
  "            flags |= 2\n"
  "        self._o = libguestfsmod.create(flags)\n"
  "        self._python_return_dict = python_return_dict\n"
  "\n"
  "        # With the environment comes the name of the script.\n"
  "        if environment and sys.argv and sys.argv[0]:\n"
  "            libguestfsmod.set_program(self._o,\n"
  "                                      os.path.basename(sys.argv[0]))\n"
  "\n"
  "    def __del__(self):\n"
  "        if getattr(self, \"_o\", None):\n"
  "            libguestfsmod.close(self._o)\n"
  "\n"
  "    def _check_not_closed(self):\n"
  "        if not self._o:\n"
  "            raise ClosedHandle(\"GuestFS: method called on closed handle\")\n"
  "\n"
  "    def _maybe_convert_to_dict(self, r):\n"
  "        if self._python_return_dict:\n"
  "            r = dict(r)\n"
  "        return r\n"
  "\n"
  "    def close(self):\n"
  "        \"\"\"Close the handle, and everything that it holds.\n"
  "\n"
  "        It can be called when the handle is closed already. Any other\n"
  "        method then raises ClosedHandle.\n"
  "        \"\"\"\n"
  "        if self._o:\n"
  "            o = self._o\n"
  "            self._o = None\n"
  "            libguestfsmod.close(o)\n"
  "\n"
  "    def last_errno(self) -> int:\n"
  "        \"\"\"The errno of the last call of this thread that failed, or 0.\n"
  "        \"\"\"\n"
  "        self._check_not_closed()\n"
  "        return libguestfsmod.last_errno(self._o)\n"
  "\n"
  "    def set_event_callback(self, cb, event_bitmask):\n"
  "        \"\"\"Have cb(event, event_handle, buf, array) called for events.\n"
  "\n"
  "        Returns a number for delete_event_callback.\n"
  "        \"\"\"\n"
  "        self._check_not_closed()\n"
  "        return libguestfsmod.set_event_callback(self._o, cb, event_bitmask)\n"
  "\n"
  "    def delete_event_callback(self, event_handle):\n"
  "        \"\"\"Delete a callback.\"\"\"\n"
  "        self._check_not_closed()\n"
  "        libguestfsmod.delete_event_callback(self._o, event_handle)\n";

static const char *
arg_hint (enum arg_type type)
{
  switch (type) {
  case A_INT:
  case A_INT64:
  case A_POINTER:
    return "int";
  case A_BOOL:
    return "bool";
  case A_OPTSTRING:
    return "Optional[str]";
  case A_BUFFER:
    return "Union[bytes, str]";
  case A_STRINGS:
  case A_DEVICES:
  case A_FILENAMES:
  case A_PATHS:
    return "List[str]";
  default:
    return "str";
  }
}

static const char *
ret_hint (enum ret_type type)
{
  switch (type) {
  case R_ERR:
    return "None";
  case R_INT:
  case R_INT64:
  case R_BOOL:
    return "int";
  case R_CONSTOPTSTRING:
    return "Optional[str]";
  case R_STRINGS:
  case R_DEVICES:
  case R_MOUNTABLES:
    return "List[str]";
  case R_HASH:
    return "Union[List[Tuple[str, str]], Dict[str, str]]";
  case R_BUFFER:
    return "bytes";
  case R_STRUCT:
    return "Dict";
  case R_STRUCTS:
    return "List[Dict]";
  default:
    return "str";
  }
}

/* Names that Python does not allow for arguments get an underscore. */
static const char *
python_name (const char *name)
{
  static const char *const keywords[][2] = {
    { "from", "from_" }, { "in", "in_" }, { "is", "is_" }, { "class", "class_" },
    { "def", "def_" }, { "del", "del_" }, { "global", "global_" },
    { "import", "import_" }, { "lambda", "lambda_" }, { "pass", "pass_" },
    { "raise", "raise_" }, { "self", "self_" }, { "with", "with_" },
  };

  for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++)
    if (strcmp (name, keywords[i][0]) == 0)
      return keywords[i][1];
  return name;
}

static void
emit_docstring (struct out *o, const struct call *c)
{
  CLEANUP_FREE char *text = c->doc ? pod_to_text (c->doc, POD_METHOD, 8, 76)
                                   : NULL;

  if (!c->summary)
    return;
  emit (o, "        \"\"\"%s\n\n", c->summary);
  for (const char *p = text ? text : ""; *p; p++)
    emit (o, *p == '\\' || *p == '"' ? "\\%c" : "%c", *p);
  if (c->deprecated)
    emit (o, "\n        Deprecated%s%s.\n", c->replacement ? ": use g." : "",
          c->replacement ? c->replacement : "");
  emit (o, "        \"\"\"\n");
}

static void
emit_class_method (struct out *o, const struct call *c)
{
  emit (o, "\n    def %s(self", c->name);
  for (size_t i = 0; i < c->args.len; i++)
    emit (o, ", %s: %s", python_name (c->args.ptr[i].name),
          arg_hint (c->args.ptr[i].type));
  for (size_t i = 0; i < c->opts.len; i++)
    emit (o, ", %s: Optional[%s] = None", python_name (c->opts.ptr[i].name),
          arg_hint (c->opts.ptr[i].type));
  emit (o, ") -> %s:\n", ret_hint (c->ret));
  emit_docstring (o, c);
  emit (o, "        self._check_not_closed()\n        r = libguestfsmod.%s("
           "self._o", c->name);
  for (size_t i = 0; i < c->args.len; i++)
    if (c->args.ptr[i].type == A_STRINGS || arg_class (&c->args.ptr[i])
        == C_STRINGS)
      emit (o, ", list(%s)", python_name (c->args.ptr[i].name));
    else
      emit (o, ", %s", python_name (c->args.ptr[i].name));
  for (size_t i = 0; i < c->opts.len; i++)
    emit (o, ", %s", python_name (c->opts.ptr[i].name));
  emit (o, ")\n");
  if (c->ret == R_HASH)
    emit (o, "        r = self._maybe_convert_to_dict(r)\n");
  emit (o, "        return r\n");
  if (c->plain)
    emit (o, "\n    %s = %s\n", c->cname, c->name);
}

void
emit_python_class (const struct api *api, const char *dir)
{
  struct out o = { STRBUF_INIT };

  emit (&o, "%s", module_begin);
  for (size_t i = 0; i < api->calls.len; i++)
    if (python_has (api->calls.ptr[i]))
      emit_class_method (&o, api->calls.ptr[i]);
  output_write (&o, dir, "guestfs.py");
}
