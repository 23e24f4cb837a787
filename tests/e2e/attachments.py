#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files and pictures through the real programs: chosen, pasted, sent, delivered with the very same bytes; kept through an
outage and a killed desk; received and saved."""

import base64
import hashlib
import os
import random
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import main, wait  # noqa: E402

NAME = "周小燕"
KEY = "zhouxy_77"
HERE = os.path.dirname(os.path.abspath(__file__))
PICTURE = os.path.join(HERE, "..", "..", "src", "server", "demo", "images", "watch-mist-blue-photo.png")


def event(number, part):
    return {"id": f"files-{number}", "type": "message", "conversation": {"key": KEY, "type": "private"},
            "sender": {"key": KEY, "name": NAME}, "sent_at": int(time.time() * 1000), "parts": [part]}


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, content):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)
    return path


def paste(j, mime, content):
    """Ctrl+V in the composer with this on another program's clipboard."""
    path = write(os.path.join(j.folder, "clipboard"), content)
    owner = j.start(sys.executable, os.path.join(HERE, "clipboard.py"), mime, path, stdout=-1, text=True)
    owner.stdout.readline()
    j.click(j.composer())
    j.key("ctrl+v")
    return owner


def stop(j, child):
    child.terminate()
    child.wait(10)
    j.children.remove(child)


def paste_file(j, path):
    owner = paste(j, "text/uri-list", f"file://{urllib.parse.quote(path)}\r\n".encode())
    j.see(j._("Take out “%s”").replace("%s", os.path.basename(path)))
    stop(j, owner)


def choose(j, path, done, what):
    """Types a path into GTK's file chooser, which has the focus ("/" opens the entry for it), and waits for what it leads to."""
    j.settle()
    j.type(path)
    j.settle()
    j.key("Return")
    wait(done, what)
    # Without a window manager nobody gives the focus back.
    j.focus()


def drop(j, path):
    """Drags a file out of another program's window onto the chat."""
    uri = write(os.path.join(j.folder, "dragged"), f"file://{urllib.parse.quote(path)}\r\n".encode())
    source = j.start(sys.executable, os.path.join(HERE, "drag_source.py"), "text/uri-list", uri, stdout=-1, text=True)
    source.stdout.readline()
    window = wait(lambda: j.xdotool("search", "--onlyvisible", "--name", "drag source"), "the other window")
    j.xdotool("windowmove", "--sync", window.split("\n")[-1], "1150", "700")
    hint = (j._("Drop here to attach for %s") % NAME)
    steps = 0

    def over_chat():
        nonlocal steps
        steps += 1
        j.xdotool("mousemove", str(600 + steps % 7), "400")
        return j.find(hint, "label")

    j.settle()
    j.xdotool("mousemove", "1195", "730", "mousedown", "1", "mousemove", "1185", "725", "mousemove", "1160", "715")
    wait(over_chat, "the place to drop at")
    j.shot("drop")
    j.xdotool("mouseup", "1")
    j.see(j._("Take out “%s”").replace("%s", os.path.basename(path)))
    stop(j, source)
    j.gone(hint, "label")
    j.focus()


def delivered(j, channel, secret):
    """Names and content of the files at the channel's end, in order."""
    files = [body["message"]["attachment"] for body in j.sink.bodies if "attachment" in body["message"]]
    return [(file["name"], j.channel_blob(channel, secret, file["sha256"])) for file in files]


def outgoing(j):
    """The folder of what the desk has yet to send."""
    return next(folder for folder, _, _ in os.walk(j.env["XDG_DATA_HOME"]) if folder.endswith("/outgoing"))


def play(j):
    noise = random.Random(7).randbytes(300000)
    quote = write(os.path.join(j.folder, "home", "quote.pdf"), b"%PDF-1.7\n" + noise)
    offer = write(os.path.join(j.folder, "home", "报价单 (最终).zip"), b"PK\x03\x04" + noise[:90000])
    later = write(os.path.join(j.folder, "home", "later.pdf"), b"%PDF-1.7\n" + noise[::-1])
    bill = b"%PDF-1.4\n" + noise[1000:60000]
    picture = read(PICTURE)

    j.start_keyring()
    j.start_server("--demo", "--speed", "0")
    added = j.run("kefu-server", "channel", "add", "wechat", "微信", "--shop", "拾光表行", "--url", j.sink.url,
                  "--data", j.data)
    channel, secret = (line.split()[1] for line in added.split("\n"))
    j.sink.secret = secret
    j.start_desk()
    j.see(j._("Try the Demo Shop"), "push button")
    j.sign_in_as_owner()
    j.post(channel, secret, [event(1, {"type": "text", "text": "能发个报价吗"})])
    j.select(NAME)
    j.see("能发个报价吗", "label")

    # --- chosen, pasted, sent with words
    j.composer()
    j.press(j._("Attach files"), "push button")
    choose(j, quote, lambda: j.find(j._("Take out “%s”").replace("%s", "quote.pdf")), "the chosen file")
    j.prove("a chosen file stands above the text")
    drop(j, offer)
    j.prove("a file is dropped on the chat")
    owner = paste(j, "image/png", picture)
    j.see(j._("Picture %s.%s").split("%s")[0], "list item")
    stop(j, owner)
    j.prove("a picture is pasted from another program")
    j.compose("请看报价")
    j.settle()
    j.shot("strip")
    before = len(j.sink.bodies)
    j.key("Return")
    wait(lambda: len(j.sink.bodies) == before + 4, "four messages at the channel's end")
    order = j.sql("SELECT kind || ' ' || coalesce(data->>'$.name', body) FROM message WHERE dir = 'out' AND conversation_id ="
                  f" (SELECT id FROM conversation WHERE key = '{KEY}') ORDER BY mseq")
    j.prove("they went out in order, the words last",
            order[:2] == ["file quote.pdf", "file 报价单 (最终).zip"] and order[2].startswith("image ") and
            order[3:] == ["text 请看报价"])
    arrived = delivered(j, channel, secret)
    j.prove("the channel got the very same bytes", [content for _, content in arrived] == [read(quote), read(offer), picture]
            and [name for name, _ in arrived[:2]] == ["quote.pdf", "报价单 (最终).zip"])
    j.settle()
    j.shot("sent")

    # --- what is too large is said before anything is copied
    large = os.path.join(j.folder, "home", "film.mov")
    with open(large, "wb") as file:
        file.truncate(41 * 1024 * 1024)
    owner = paste(j, "text/uri-list", f"file://{large}\r\n".encode())
    j.see("film.mov", "label")
    stop(j, owner)
    j.settle()
    j.shot("too-large")
    j.prove("a file that is too large is refused by name before it is copied", not os.listdir(outgoing(j)))

    # --- offline: kept through a killed desk, sent once
    j.stop_server()
    j.see(j._("Working offline"))
    paste_file(j, later)
    j.key("Return")
    j.see(j._("Waiting for the network"))
    j.settle()
    j.shot("offline")
    os.remove(later)
    j.kill_desk()
    j.start_desk()
    j.see(j._("Working offline"))
    j.select(NAME)
    j.see("later.pdf")
    j.prove("a file sent offline is there after the desk was killed, though the original is gone")
    count = len(j.sink.bodies)
    j.start_server("--speed", "0")
    wait(lambda: len(j.sink.bodies) > count, "the waiting file at the channel's end", 90)
    j.gone(j._("Working offline"))
    wait(lambda: j.find(j._("Waiting for the network")) is None, "the row to know")
    j.prove("the server returns: it went out once, whole",
            len(j.sink.bodies) == count + 1 and
            delivered(j, channel, secret)[3:] == [("later.pdf", b"%PDF-1.7\n" + noise[::-1])] and
            j.sql("SELECT count(*) FROM message WHERE data->>'$.name' = 'later.pdf'") == ["1"])

    # --- received and saved
    j.post(channel, secret, [event(2, {"type": "file", "name": "发票.pdf", "data": base64.b64encode(bill).decode()})])
    j.post(channel, secret, [event(3, {"type": "image", "name": "x.png", "data": base64.b64encode(picture).decode()})])
    j.see("发票.pdf", "label")
    j.settle()
    j.shot("received")
    save = [node for node in j.walk() if node.get_name() == j._("Save As…")]
    j.click(save[-1])
    # The proposed name is marked without its ending.
    j.settle()
    j.key("ctrl+a")
    target = os.path.join(j.folder, "home", "saved.pdf")
    choose(j, target, lambda: os.path.exists(target), "the saved file")
    j.prove("a received file is saved with the very same bytes", read(target) == bill)
    j.shot("saved")
    j.quit_desk()
    j.stop_server()


if __name__ == "__main__":
    sys.exit(main(play))
