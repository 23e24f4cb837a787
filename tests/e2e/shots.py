#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of the screens of the desk, with the demo shop behind it: one scheme, language and size a run, by the
environment (KEFU_LANGUAGE, KEFU_SCHEME, KEFU_SIZE). Not a test: what they show is looked at by people."""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from attachments import paste, stop  # noqa: E402
from harness import main, wait  # noqa: E402

WATCHES = "沈若溪"
LATE = "韩冬青"


def write_settings(j, width, height):
    """What an agent would have chosen before, in the file that GSettings' keyfile backend reads."""
    folder = os.path.join(j.env["XDG_CONFIG_HOME"], "glib-2.0", "settings")
    os.makedirs(folder)
    with open(os.path.join(folder, "keyfile"), "w", encoding="utf-8") as file:
        file.write(f"[org/kefu/Kefu]\nwindow-width={width}\nwindow-height={height}\ninbox-view='all'\n")


def play(j):
    width, height = os.environ.get("KEFU_SIZE", "1280x800").split("x")
    write_settings(j, width, height)
    if os.environ.get("KEFU_SCHEME") == "dark":
        j.env["ADW_DEBUG_COLOR_SCHEME"] = "prefer-dark"
    j.env["LANGUAGE"] = j.language
    j.start_keyring()
    j.start_server("--demo", "--speed", "0")
    j.start_desk()
    j.see(j._("Try the Demo Shop"), "push button")
    j.shot("welcome")
    with open(os.path.join(j.data, "owner.json"), encoding="utf-8") as file:
        owner = json.load(file)
    j.sign_in(f"unix:{j.socket}", owner["login"], owner["password"], shot="connect")
    j.see(LATE)
    j.see(WATCHES)
    j.shot("inbox")
    j.key("ctrl+a")
    j.settle()
    j.shot("several")
    j.key("Escape")
    j.settle()
    j.click(j.see(j._("Show One Channel or Label Only")))
    j.settle()
    j.shot("filter")
    j.key("Escape")
    j.select(WATCHES)
    j.see("手腕细")
    j.shot("chat")
    j.key("ctrl+g")
    j.settle()
    j.shot("calendar")
    j.key("Escape")
    j.select(LATE)
    wait(lambda: j.find("备用带"), "the chat of the late one")
    j.key("ctrl+shift+l")
    j.settle()
    j.shot("labels")
    j.key("Escape")
    for number, page in enumerate(("customer", "orders", "checklist", "phrases"), 1):
        j.key(f"ctrl+{number}")
        j.settle()
        j.shot(page)
    j.key("ctrl+r")
    j.compose("单买钢带不包邮哦")
    j.settle()
    j.shot("lint")
    j.key("ctrl+a", "BackSpace")
    j.type("/by")
    j.settle()
    j.shot("picker")
    j.key("Escape")
    j.key("ctrl+a", "BackSpace", "ctrl+shift+n")
    j.settle()
    j.shot("note")
    j.type("@")
    j.settle()
    j.shot("mention")
    j.key("Escape", "BackSpace")
    j.key("ctrl+shift+n")
    pictures = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "src", "server", "demo", "images")
    for path in (os.path.join(pictures, "watch-mist-blue-photo.png"), os.path.join(pictures, "..", "shop.json")):
        owner = paste(j, "text/uri-list", f"file://{os.path.abspath(path)}\r\n".encode())
        j.see(j._("Take out “%s”").replace("%s", os.path.basename(path)))
        stop(j, owner)
    j.settle()
    j.shot("files")
    j.key("ctrl+f")
    j.write(j.see(j._("Search customers, orders, messages, phrases and the knowledge"), "entry"), "表带")
    j.settle()
    j.shot("search")
    j.key("Escape")
    j.stop_server()
    j.see(j._("Working offline"))
    for text in ("好的，我马上帮您看", "备用带今天补发"):
        j.compose(text)
        j.key("Return")
    j.select(WATCHES)
    j.see("手腕细")
    owner = paste(j, "text/uri-list", f"file://{os.path.abspath(pictures)}\r\n".encode())
    j.see(j._("Not attached"), "label")
    stop(j, owner)
    j.shot("not-attached")
    j.select(LATE)
    j.settle()
    j.shot("offline")
    j.key("ctrl+comma")
    j.press(j._("_Keep nothing on this computer"), "check box")
    j.see(j._("Keep Nothing on This Computer?"))
    j.settle()
    j.shot("keep-nothing")
    j.focus()
    j.key("Escape")
    j.gone(j._("Keep Nothing on This Computer?"))
    j.settle()
    j.shot("preferences")
    j.focus()
    j.key("Escape")
    j.gone(j._("_Keep nothing on this computer"))
    j.focus()
    j.xdotool("mousemove", "24", "24", "click", "1")
    wait(lambda: j.find(j._("_Sign Out…"), "menu item"), "the account menu").do_action(0)
    j.see(j._("Sign Out?"))
    j.settle()
    j.shot("sign-out")
    j.focus()
    j.key("Escape")
    j.gone(j._("Sign Out?"))
    j.focus()
    j.key("ctrl+l")
    j.see(j._("Locked"), exact=True)
    j.settle()
    j.shot("locked")
    j.type("x")
    j.key("Return")
    j.see(j._("The password is wrong"))
    j.settle()
    j.shot("locked-wrong")
    j.quit_desk()
    j.prove("all screens were shown")


if __name__ == "__main__":
    sys.exit(main(play))
