#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Another program that something is dragged out of: drag_source.py TYPE CONTENT-FILE, until it is ended. A small window
called "drag source"; says "ready" once it is shown."""

import sys

import gi

gi.require_version("Gdk", "4.0")
gi.require_version("Gtk", "4.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402


def main():
    Gtk.init()
    with open(sys.argv[2], "rb") as file:
        content = GLib.Bytes.new(file.read())
    source = Gtk.DragSource.new()
    source.set_actions(Gdk.DragAction.COPY)
    source.set_content(Gdk.ContentProvider.new_for_bytes(sys.argv[1], content))
    label = Gtk.Label.new("file")
    label.add_controller(source)
    window = Gtk.Window.new()
    window.set_title("drag source")
    window.set_decorated(False)
    window.set_default_size(90, 60)
    window.set_child(label)
    window.present()
    print("ready", flush=True)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
