#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Another program whose clipboard is pasted from: clipboard.py TYPE CONTENT-FILE, until it is ended. Says "ready" once it
owns the clipboard."""

import sys

import gi

gi.require_version("Gdk", "4.0")
gi.require_version("Gtk", "4.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402


def main():
    Gtk.init()
    with open(sys.argv[2], "rb") as file:
        content = GLib.Bytes.new(file.read())
    clipboard = Gdk.Display.get_default().get_clipboard()
    clipboard.set_content(Gdk.ContentProvider.new_for_bytes(sys.argv[1], content))
    print("ready", flush=True)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
