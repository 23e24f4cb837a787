#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies on the disk and what stands on the screen: private files, the lock, a computer that keeps nothing, and a sign-out
that leaves nothing behind. The real programs, started under a careless umask."""

import base64
import json
import os
import signal
import stat
import sys
import time
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Atspi, Failure, GLib, main, wait  # noqa: E402

NAME = "周小燕"
KEY = "zhouxy_77"
BEFORE = "锁屏之前客户说的话"
DURING = "锁屏之中客户说的话"
TYPED = "typed before the lock"
THEIRS = "只在内存里的客户原话六七八"
OURS = "只在内存里的客服答复五四三"
UNSENT = "unsent when the agent leaves"


def picture():
    """A small PNG whose bytes are found nowhere else."""
    def chunk(kind, data):
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    pixels = b"".join(b"\0" + bytes((x * 7 + y * 13) % 256 for x in range(96)) for y in range(64))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", (96).to_bytes(4, "big") + (64).to_bytes(4, "big") + b"\x08\0\0\0\0") +
            chunk(b"IDAT", zlib.compress(pixels, 9)) + chunk(b"IEND", b""))


def message(number, text, parts=None):
    return {"id": f"rest-{number}", "type": "message", "conversation": {"key": KEY, "type": "private"},
            "sender": {"key": KEY, "name": NAME}, "sent_at": int(time.time() * 1000),
            "parts": parts or [{"type": "text", "text": text}]}


def words(j):
    """All that the accessible tree of the program tells, also of what is not on the screen."""
    found = []
    for node in j.walk(showing=False):
        try:
            found += [node.get_name() or "", node.get_description() or ""]
            if node.get_role_name() in ("text", "entry", "password text", "label", "paragraph"):
                found.append(Atspi.Text.get_text(node, 0, -1) or "")
        except GLib.Error:
            continue
    return "\n".join(found)


def titles(j):
    return "\n".join(j.xdotool("getwindowname", window) for window in j.xdotool("search", "--class", "kefu").split())


def shown(j):
    """The newest notification, after it was put away."""
    wait(lambda: j.run("dunstctl", "count", "displayed") != "0", "a notification")
    j.run("dunstctl", "close-all")
    wait(lambda: j.run("dunstctl", "count", "displayed") == "0", "an empty screen")
    entry = json.loads(j.run("dunstctl", "history"))["data"][0][0]
    return entry["summary"]["data"], entry["body"]["data"]


def assert_private(folder):
    """Every folder 0700, every file and socket 0600."""
    n = 0
    for path, folders, files in os.walk(folder):
        for name in [""] + files:
            info = os.lstat(os.path.join(path, name))
            wanted = 0o700 if stat.S_ISDIR(info.st_mode) else 0o600
            if stat.S_ISLNK(info.st_mode):
                continue
            if stat.S_IMODE(info.st_mode) != wanted:
                raise Failure(f"{os.path.join(path, name)} has mode {stat.S_IMODE(info.st_mode):o}")
            n += 1
    return n


def files_with(j, *wanted):
    """The files of the desk's side in which one of `wanted` is: of its XDG folders, its temporary and its runtime folder."""
    found = []
    for root in (j.folder, os.environ["XDG_RUNTIME_DIR"]):
        for path, folders, files in os.walk(root):
            if (path + os.sep).startswith(j.data + os.sep):
                continue
            for name in files:
                full = os.path.join(path, name)
                if not os.path.isfile(full):
                    continue
                try:
                    with open(full, "rb") as file:
                        content = file.read()
                except OSError:
                    continue
                if any(part in content for part in wanted):
                    found.append(full)
    return found


def traces(text):
    return [text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be")]


def settings(j, key, value):
    j.run("gsettings", "set", "org.kefu.Kefu", key, value)


def unlock(j, password):
    j.see(j._("Locked"), exact=True)
    j.focus()
    j.click(wait(lambda: j.find(j._("Password"), "password text") or j.find(j._("Password"), "text"), "the password field"))
    j.type(password)
    j.key("Return")


def close_preferences(j):
    j.see(j._("_Lock when idle"))
    j.focus()
    j.key("Escape")
    j.gone(j._("_Lock when idle"))
    j.focus()


def workspaces(j):
    folder = os.path.join(j.env["XDG_DATA_HOME"], "kefu")
    return [os.path.join(folder, name) for name in os.listdir(folder)] if os.path.isdir(folder) else []


def leave(j, answer):
    j.click(j.see("林小满", "label"))
    wait(lambda: j.find(j._("_Sign Out…").replace("_", ""), "menu item"), "the account menu").do_action(0)
    j.see(j._("Sign Out?"))
    j.settle()
    j.shot("sign-out")
    if answer:
        j.press(j._(answer), "push button")


def kill_desk(j):
    j.desk.send_signal(signal.SIGKILL)
    j.desk.wait(20)
    j.children.remove(j.desk)


def lock_and_unlock(j, owner, channel, secret):
    j.post(channel, secret, [message(1, BEFORE)])
    j.select(NAME)
    j.see(BEFORE)
    conversation = j.sql("SELECT c.id FROM conversation c JOIN customer u ON u.id = c.customer_id"
                         f" WHERE u.name = '{NAME}'")[0]
    j.compose(TYPED)
    j.key("ctrl+a", "ctrl+c", "End")
    wait(lambda: j.find(TYPED, "list item"), "the draft in the row")
    j.key("ctrl+comma")
    j.see(j._("_Lock when idle"))
    j.focus()
    j.key("ctrl+l")
    j.see(j._("Locked"), exact=True)
    j.gone(j._("_Lock when idle"))
    j.settle()
    j.shot("locked")
    tree = words(j)
    for text in (BEFORE, NAME, TYPED, "韩冬青", "沈若溪", "手表"):
        if text in tree or text in titles(j):
            raise Failure(f"a locked desk tells “{text}”")
    j.prove("a locked desk names nobody, in no window and nowhere in its accessible tree", j._("Locked") in tree)

    j.run("dunstctl", "close-all")
    j.post(channel, secret, [message(2, DURING)])
    j.prove("it says that somebody is waiting, and no more", shown(j) == (j._("A customer is waiting"), ""))
    j.run("kefu", f"kefu:conversation/{conversation}")
    j.run("gdbus", "call", "--session", "--dest", "org.kefu.Kefu", "--object-path", "/org/kefu/Kefu", "--method",
          "org.freedesktop.Application.Activate", "{}")
    tree = words(j)
    j.prove("a link and an activation open nothing", NAME not in tree and DURING not in tree)

    unlock(j, "wrong")
    j.see(j._("The password is wrong"))
    j.prove("a wrong password does not open it", NAME not in words(j))
    j.stop_server()
    unlock(j, owner["password"])
    j.see(DURING)
    close_preferences(j)
    node = j.composer()
    wait(lambda: node.get_state_set().contains(Atspi.StateType.FOCUSED), "the focus back in the composer")
    j.type(" and after")
    wait(lambda: Atspi.Text.get_text(node, 0, -1) == TYPED + " and after", "what was typed")
    j.key("ctrl+v")
    j.settle()
    j.prove("unlocked without the server it is as it was, with what came meanwhile, and nothing is left to paste",
            Atspi.Text.get_text(node, 0, -1) == TYPED + " and after")

    # --- over a kill, and not by guessing
    j.key("ctrl+l")
    j.see(j._("Locked"), exact=True)
    kill_desk(j)
    j.start_desk()
    j.see(j._("Locked"), exact=True)
    j.prove("killed while it was locked it starts locked", NAME not in words(j))
    for i in range(5):
        unlock(j, f"guess {i}")
        j.see(j._("The password is wrong"))
    unlock(j, owner["password"])
    patience = j.texts.ngettext("Too many attempts. Try again in %u second.",
                                "Too many attempts. Try again in %u seconds.", 50)
    j.see(patience.split("%u")[0])
    j.prove("five guesses a minute, not even the right one is taken then", NAME not in words(j))
    j.quit_desk()
    j.start_server("--speed", "0")
    j.start_desk()
    unlock(j, owner["password"])
    j.see(NAME)

    # --- by itself
    settings(j, "lock-after", "2")
    j.see(j._("Locked"), exact=True)
    j.prove("nobody touches it: it locks by itself")
    settings(j, "lock-after", "0")
    unlock(j, owner["password"])
    j.see(NAME)


def keep_nothing(j, channel, secret):
    j.key("ctrl+comma")
    j.press(j._("_Keep nothing on this computer"), "check box")
    j.see(j._("Keep Nothing on This Computer?"))
    j.settle()
    j.shot("keep-nothing")
    j.press(j._("_Keep Nothing"), "push button")
    wait(lambda: not any(os.path.exists(os.path.join(folder, "cache.db")) for folder in workspaces(j)),
         "the end of the cache on the disk")
    j.gone(j._("_Keep nothing on this computer"))
    j.see(NAME)
    j.prove("switched on, the cache leaves the disk and the inbox is there again", not files_with(j, *traces(DURING)))

    image = picture()
    j.post(channel, secret, [message(3, THEIRS), message(4, "", [
        {"type": "image", "mime": "image/png", "data": base64.b64encode(image).decode()}])])
    j.select(NAME)
    j.see(THEIRS)
    wait(lambda: files_with(j, image[60:400]), "the picture to be fetched")
    j.key("ctrl+r", "ctrl+a", "BackSpace")
    j.compose(OURS)
    j.key("Return")
    wait(lambda: OURS in j.sink.texts(), "the answer at the channel")
    j.see(OURS)
    wait(lambda: not files_with(j, *traces(OURS)), "the answer to leave the disk")
    # the runtime folder is memory, and where pictures are until the workspace is closed
    found = [name for name in files_with(j, image[60:400]) if not name.startswith(os.environ["XDG_RUNTIME_DIR"])]
    j.prove("at work, neither words nor picture of the customer are on the disk",
            not found and not files_with(j, *traces(THEIRS)))
    j.key("ctrl+f")
    j.write(j.see(j._("Search customers, orders, messages, phrases and the knowledge"), "entry"), THEIRS)
    wait(lambda: sum(THEIRS in (node.get_name() or "") for node in j.walk()) > 1, "the search to find it in memory")
    j.prove("the search finds what is only in memory")
    j.key("Escape")

    n = assert_private(os.path.join(j.env["XDG_DATA_HOME"], "kefu")) + assert_private(j.data)
    j.prove("under umask 000 every file is 0600 and every folder 0700", n > 10)

    leave(j, "_Sign Out")
    wait(lambda: not workspaces(j), "the folder of the workspace to go", 60)
    j.see(j._("Try the Demo Shop"), "push button", bound=60)
    left = files_with(j, *traces(THEIRS), *traces(OURS), *traces(NAME), image[60:400])
    if left:
        raise Failure(f"a sign-out leaves {left}")
    j.prove("signed out, no file has a word of them")


def unsent(j, owner):
    j.sign_in(f"unix:{j.socket}", owner["login"], owner["password"])
    j.see(NAME)
    j.stop_server()
    j.see(j._("Working offline"))
    j.select(NAME)
    j.compose(UNSENT)
    j.key("Return")
    wait(lambda: files_with(j, UNSENT.encode()), "the message in the outbox")
    leave(j, "_Send First")
    j.see(j._("Sending…"))
    j.start_server("--speed", "0")
    wait(lambda: not workspaces(j), "the folder of the workspace to go", 60)
    j.see(j._("Try the Demo Shop"), "push button", bound=60)
    j.prove("what was unsent goes out before the agent does, and then everything is deleted",
            j.sql(f"SELECT count(*) FROM message WHERE body = '{UNSENT}'") == ["1"] and not workspaces(j))

    settings(j, "keep-nothing", "false")
    j.sign_in(f"unix:{j.socket}", owner["login"], owner["password"])
    j.see(NAME)
    wait(lambda: files_with(j, *traces(UNSENT)), "the cache on the disk")
    kill_desk(j)
    # killed in the middle of deleting: the note is there, and half of the files
    folder = workspaces(j)[0]
    with open(os.path.join(folder, "wipe"), "w", encoding="utf-8") as file:
        file.write("all\n")
    os.unlink(os.path.join(folder, "cache.db-shm"))
    j.start_desk()
    j.see(j._("Try the Demo Shop"), "push button", bound=60)
    wait(lambda: not workspaces(j), "the rest to be deleted")
    j.prove("a deletion that was cut short is finished at the next start", not files_with(j, *traces(UNSENT)))


def play(j):
    os.umask(0)
    j.env["TMPDIR"] = os.path.join(j.folder, "tmp")
    os.mkdir(j.env["TMPDIR"])
    j.start_keyring()
    j.start_notifications()
    j.start_server("--demo", "--speed", "0")
    added = j.run("kefu-server", "channel", "add", "wechat", "微信", "--shop", "拾光表行", "--url", j.sink.url,
                  "--data", j.data)
    channel, secret = (line.split()[1] for line in added.split("\n"))
    j.sink.secret = secret
    with open(os.path.join(j.data, "owner.json"), encoding="utf-8") as file:
        owner = json.load(file)
    j.start_desk()
    j.sign_in(f"unix:{j.socket}", owner["login"], owner["password"])
    j.see("韩冬青")
    lock_and_unlock(j, owner, channel, secret)
    keep_nothing(j, channel, secret)
    unsent(j, owner)
    j.quit_desk()


if __name__ == "__main__":
    sys.exit(main(play))
