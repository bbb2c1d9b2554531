#!/usr/bin/python3
"""Run a session of the shell and print what each of its commands did.

    session.py GUESTFISH SESSION [OPTION...]

A session has a command of the shell on each line.  One that begins with ~ has
output that depends on the machine, and only whether it succeeds is printed.
Messages of errors are not printed: they are each library's own.

A difference that stays: `pvs` is sorted; there it is not.
"""

import re
import subprocess
import sys

MARK = "@@"


def script(commands):
    """The input of the shell.  Marks on both streams tell the commands apart;
    a command with - before it does not end the session."""
    lines = []
    for i, command in enumerate(commands):
        command = command.lstrip("~")
        lines.append("echo %s%d" % (MARK, i))
        lines.append("!echo %s%d >&2" % (MARK, i))
        lines.append(command if command.startswith("!") else "-" + command)
    lines.append("echo %send" % MARK)
    return "\n".join(lines) + "\n"


def split(output):
    """What came after each mark, by its number."""
    parts = re.split(MARK + r"(\d+|end)\n", output)
    return dict(zip(parts[1::2], parts[2::2]))


def main():
    guestfish, session, *options = sys.argv[1:]
    with open(session) as f:
        commands = [line for line in f.read().splitlines()
                    if line and not line.startswith("#")]
    r = subprocess.run([guestfish, *options], input=script(commands),
                       capture_output=True, errors="replace")
    out, err = split(r.stdout), split(r.stderr)
    if "end" not in out:
        sys.exit("the session ended too early: " + r.stderr[-2000:])
    for i, command in enumerate(commands):
        text = out.get(str(i), "")
        if command == "pvs":
            text = "".join(sorted(text.splitlines(keepends=True)))
        print("> " + command)
        # What local commands say on stderr counts as nothing.
        if re.search(r"^\*stdin\*:\d+: ", err.get(str(i), ""), re.M):
            print("ERROR")
        elif command.startswith("~"):
            print("some output" if text else "no output")
        elif text:
            print(text.rstrip("\n"))


main()
