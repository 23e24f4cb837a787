#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways into a workspace and out of it: nobody there, a wrong password, a kept sign-in, a revoked one, the demo shop with
its embedded server, and a sign-out. Nothing that was written is lost on any of them."""

import json
import os
import re
import signal
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import main, wait  # noqa: E402

PROMISE = "draft that must not be lost"


def revoke(j, login):
    """An administrator signs all desks of the agent out, while the server runs."""
    j.run(os.path.join(j.root, "bin", "kefu-server"), "user", "sign-out", login, "--data", j.data)


def servers(j):
    """Ids of the servers that the desk runs."""
    out = subprocess.run(["pgrep", "-P", str(j.desk.pid), "-x", "kefu-server"], capture_output=True, text=True, timeout=20)
    return [int(line) for line in out.stdout.split()]


def label(j, text):
    """What stands on a button: the words without their mnemonic."""
    return re.sub(r"\(_.\)", "", j._(text)).replace("_", "")


def is_gone(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().split(") ")[-1][0] == "Z"
    except OSError:
        return True


def play(j):
    j.start_keyring()
    j.start_desk()
    j.sign_in(f"unix:{j.socket}", "lin", "anything")
    j.see(j._("Nothing answers at %s").split("%s")[0].strip() or j._("the workspace on this computer"))
    j.prove("a server that is away is said on the page")
    j.shot("away")

    j.start_server("--demo", "--speed", "0")
    with open(os.path.join(j.data, "owner.json"), encoding="utf-8") as file:
        owner = json.load(file)
    j.key("Escape")
    j.sign_in(f"unix:{j.socket}", owner["login"], "wrong")
    wait(lambda: j.find("", "alert") or j.find(j._("The login or the password is wrong")), "the words of a wrong password")
    j.shot("wrong-password")
    j.key("Escape")
    j.sign_in(f"unix:{j.socket}", owner["login"], owner["password"])
    j.see("韩冬青")
    j.prove("a wrong password is said, the right one opens the inbox")

    j.quit_desk()
    j.start_desk()
    j.see("韩冬青")
    j.gone(j._("Working offline"))
    j.prove("the next start signs in by itself")

    # --- revoked, with a draft in the composer
    j.select("沈若溪")
    j.compose(PROMISE)
    wait(lambda: j.find(PROMISE, "list item"), "the draft in the row")
    revoke(j, owner["login"])
    j.see(j._("Signed out by the server"))
    j.prove("a revoked sign-in is said in the strip")
    j.shot("revoked")
    j.see(j._("Sign In"), "push button", exact=True).do_action(0)
    j.see(j._("Sign In Again"))
    j.settle()
    j.type(owner["password"])
    j.shot("again")
    j.key("Return")
    j.gone(j._("Signed out by the server"))
    j.prove("the password brings it back", j.find(PROMISE, "list item") is not None)

    # --- out
    j.click(j.see("林小满", "label"))
    wait(lambda: j.find(label(j, "_Sign Out…"), "menu item"), "the account menu").do_action(0)
    j.see(j._("Sign Out?"))
    j.shot("sign-out")
    j.press(label(j, "_Sign Out"), "push button")
    j.see(j._("Try the Demo Shop"), "push button")
    wait(lambda: j.sql("SELECT count(*) FROM session") == ["0"], "the server to forget the desk")
    j.prove("a sign-out ends it here and there")
    j.quit_desk()
    j.start_desk()

    # --- the demo shop
    j.press(j._("Try the Demo Shop"), "push button")
    j.see("韩冬青", bound=60)
    j.gone(j._("Working offline"))
    first = wait(lambda: servers(j), "the embedded server")[0]
    j.prove("the demo shop opens with a server of its own")
    os.kill(first, signal.SIGKILL)
    wait(lambda: is_gone(first), "the end of the killed server")
    second = wait(lambda: [pid for pid in servers(j) if pid != first], "another embedded server")[0]
    j.select("郑可欣")
    j.compose("killed once, still here")
    j.key("Return")
    wait(lambda: j.run("sqlite3", "-readonly", os.path.join(j.env["XDG_DATA_HOME"], "kefu", "demo", "kefu.db"),
                       "SELECT count(*) FROM message WHERE body = 'killed once, still here'") == "1", "the reply at the server")
    j.prove("killed, the embedded server is started again and takes what was written meanwhile")
    j.quit_desk()
    wait(lambda: is_gone(second), "the end of the embedded server")
    j.prove("with the desk its server ends")


if __name__ == "__main__":
    sys.exit(main(play))
