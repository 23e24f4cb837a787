# SPDX-License-Identifier: GPL-3.0-or-later
"""What a journey through the real programs needs: processes, the accessible tree, keys, pictures.

Runs on a private bus and display (see run-journey). Everything waits for a condition; a condition that does not come
within its bound fails the journey with a picture of the screen.
"""

import gettext
import hashlib
import hmac
import http.client
import http.server
import json
import math
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

BOUND = 30

# How long the main loop of a program may stand still in a journey once its first window is up: processor time of its thread and calls that
# wait, not the time in which another thread had the processor. 0: unlimited, for builds that are slow on purpose.
STALL_MS = float(os.environ.get("KEFU_STALL_MS", "50"))
# What may take longer: a pattern of who called and of the calls in one of its samples, how long, and why.
STALLS_ALLOWED = (
    ("kefu_window_show_session", 150, "the widgets of a workspace are made once, at its sign-in"),
    ("kefu_workspace_view_root", 150, "with the curtain up, all of them are styled and bound anew"),
    ("kefu_lock_now", 150, "with the curtain down all of them leave the window, and each tells the accessibility bus"),
    ("kefu_window_show_welcome", 200, "with a sign-out all of them go, and each tells the accessibility bus"),
    (r"^\[gtk\] gdk_frame_clock", 100, "a page's first frame loads its fonts and icons, drawn in software beside other tests"),
)

# GTK waits for others here, who share the processors in a journey: the display's server, the threads that load its icons and fonts. A setting
# is written into a file here; a desktop's dconf takes it over without a wait. What else waited is not counted then.
TOOLKIT_WAITS = r"xcb_wait_for|^\[gtk\] gdk_frame_clock|g_settings_set_value"

# The bounds are of a machine that takes so long for slowness()'s sum; a slower one, or one whose caches others use, has more time.
SUM_MS = 2.0

# Results go where run-journey put the real standard output.
if os.environ.get("KEFU_JOURNEY"):
    sys.stdout = os.fdopen(3, "w", encoding="utf-8")


def slowness():
    """How many times as long as on the machine of the bounds a fixed piece of work takes now, at least 1."""
    best = math.inf
    for _ in range(3):
        start = time.thread_time()
        value = 0
        for i in range(60000):
            value = (value * 31 + i) & 0xFFFF
        best = min(best, time.thread_time() - start)
    return max(1.0, best * 1000 / SUM_MS)


class Failure(Exception):
    """A condition that did not come, or a fact that is not so."""


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path):
        super().__init__("localhost", timeout=20)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(20)
        self.sock.connect(self.path)


def wait(condition, what, bound=BOUND):
    """Polls until `condition()` gives something true, and returns that."""
    end = time.monotonic() + bound
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failure(f"waited {bound} s in vain: {what}")
        time.sleep(0.05)


class Sink:
    """A channel's end: takes the deliveries of kefu-server and checks their signature."""

    def __init__(self):
        self.bodies = []
        self.secret = None
        sink = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                stamp = self.headers["Kefu-Timestamp"]
                want = "v1=" + hmac.new(sink.secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
                good = want in self.headers["Kefu-Signature"] and self.headers["Kefu-Delivery"]
                if good:
                    sink.bodies.append(json.loads(body))
                self.send_response(200 if good else 401)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/deliver"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def texts(self):
        return [body["message"]["text"] for body in self.bodies]


class Journey:
    """One run: a folder, a server, a desk, a notification daemon, and what was proved."""

    def __init__(self, root, shots=None, environment=None):
        self.root = os.path.abspath(root)
        self.shots = os.path.abspath(shots) if shots else None
        self.folder = tempfile.mkdtemp(prefix="kefu-journey-")
        self.socket = os.path.join(self.folder, "kefu.sock")
        self.data = os.path.join(self.folder, "server")
        self.sink = Sink()
        self.children = []
        self.desk = None
        self.server = None
        self.proved = 0
        self.failed = 0
        self.n_shots = 0
        self.env = dict(os.environ)
        self.env.update({
            "HOME": self.folder,
            "XDG_CONFIG_HOME": os.path.join(self.folder, "config"),
            "XDG_DATA_HOME": os.path.join(self.folder, "data"),
            "XDG_CACHE_HOME": os.path.join(self.folder, "cache"),
            "XDG_DATA_DIRS": self.root + "/share:/usr/local/share:/usr/share",
            "PATH": self.root + "/bin:" + os.environ["PATH"],
            "GDK_BACKEND": "x11",
            "GSK_RENDERER": "cairo",
            "GTK_A11Y": "atspi",
            "GSETTINGS_BACKEND": "keyfile",
            "NO_AT_BRIDGE": "0",
        })
        # Texts are looked up as the program does it, so that a journey can be played in any language.
        self.language = os.environ.get("KEFU_LANGUAGE", "zh_CN")
        self.env.update({"LC_ALL": "C.UTF-8", "LANGUAGE": self.language, "TZ": "Asia/Shanghai"})
        self.texts = gettext.translation("kefu", os.path.join(self.root, "share", "locale"), [self.language], fallback=True)
        # Each program tells there of every turn of its main loop that took long.
        self.watch = os.path.join(self.folder, "watch.log")
        self.slowness = slowness()
        self.env["KEFU_WATCH"] = self.watch
        self.up = {}
        self.env.update(environment or {})
        self.write_desktop_settings()
        if self.shots:
            os.makedirs(self.shots, exist_ok=True)

    def write_desktop_settings(self):
        """What a GNOME desktop would set: its font, one window button, and no frame where there is no compositor."""
        folder = os.path.join(self.env["XDG_CONFIG_HOME"], "gtk-4.0")
        os.makedirs(folder)
        with open(os.path.join(folder, "settings.ini"), "w", encoding="utf-8") as file:
            file.write("[Settings]\ngtk-font-name=Cantarell 11\ngtk-decoration-layout=:close\n"
                       "gtk-xft-antialias=1\ngtk-xft-hinting=1\ngtk-xft-hintstyle=hintslight\ngtk-cursor-blink=false\n")
        with open(os.path.join(folder, "gtk.css"), "w", encoding="utf-8") as file:
            file.write("window.solid-csd { margin: 0; padding: 0; border: none; box-shadow: none; outline: none; }\n")

    def _(self, text, context=None):
        """The text as the program shows it, without the mark of its mnemonic."""
        shown = self.texts.pgettext(context, text) if context else self.texts.gettext(text)
        return re.sub(r"\(_\w\)", "", shown).replace("_", "", 1)

    # ------------------------------------------------------------- processes

    def start(self, *command, **options):
        options.setdefault("env", self.env)
        child = subprocess.Popen(command, **options)
        self.children.append(child)
        return child

    def run(self, *command, **options):
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=60, **options)
        if done.returncode != 0:
            raise Failure(f"{' '.join(command)}: {done.stderr.strip()}")
        return done.stdout.strip()

    def start_server(self, *options):
        self.server = self.start("kefu-server", "serve", "--data", self.data, "--socket", self.socket, *options,
                                 stdout=subprocess.PIPE, text=True)
        line = self.server.stdout.readline()
        if not line.startswith("ready "):
            raise Failure(f"kefu-server did not get ready: {line!r}")
        self.up[self.server.pid] = time.monotonic()

    def stop_server(self):
        self.server.send_signal(signal.SIGTERM)
        if self.server.wait(20) != 0:
            raise Failure(f"kefu-server ended with {self.server.returncode}")
        self.children.remove(self.server)

    def start_keyring(self):
        self.start("gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets",
                   stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.children[-1].stdin.write(b"\n")
        self.children[-1].stdin.close()
        wait(lambda: self.has_name("org.freedesktop.secrets"), "a keyring on the bus")

    def start_notifications(self):
        self.start("dunst", "-conf", os.path.join(os.path.dirname(os.path.abspath(__file__)), "dunstrc"),
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait(lambda: self.has_name("org.freedesktop.Notifications"), "dunst on the bus")

    def has_name(self, name):
        out = self.run("gdbus", "call", "--session", "--dest", "org.freedesktop.DBus", "--object-path", "/",
                       "--method", "org.freedesktop.DBus.NameHasOwner", name)
        return "true" in out

    def start_desk(self, *options):
        self.desk_log = open(os.path.join(self.folder, "desk.log"), "ab")
        self.desk = self.start("kefu", *options, stderr=self.desk_log)
        wait(self.frame, "the window of the desk", 60)
        wait(lambda: self.xdotool("search", "--onlyvisible", "--class", "kefu"), "the window on the screen")
        self.up[self.desk.pid] = time.monotonic()
        self.focus()

    def quit_desk(self):
        self.key("ctrl+q")
        if self.desk.wait(20) != 0:
            raise Failure(f"the desk ended with {self.desk.returncode}")
        self.children.remove(self.desk)
        self.desk = None

    def kill_desk(self):
        """As a crash or a power cut would end it."""
        self.desk.kill()
        self.desk.wait(20)
        self.children.remove(self.desk)
        self.desk = None

    def close(self):
        for child in reversed(self.children):
            if child.poll() is None:
                child.terminate()
        for child in reversed(self.children):
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
        self.sink.server.shutdown()
        shutil.rmtree(self.folder, ignore_errors=True)

    # ------------------------------------------------------------ the server

    def post(self, channel, secret, events, status=200):
        """One signed request to the inbound endpoint."""
        body = json.dumps({"events": events}, ensure_ascii=False).encode()
        stamp = str(int(time.time()))
        sign = "v1=" + hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        connection = UnixConnection(self.socket)
        connection.request("POST", f"/v1/channels/{channel}/inbound", body,
                           {"Content-Type": "application/json", "Kefu-Timestamp": stamp, "Kefu-Signature": sign})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        if answer.status != status:
            raise Failure(f"inbound: {answer.status} {text}")
        return json.loads(text)

    def channel_blob(self, channel, secret, sha256):
        """What a channel's bridge gets for the hash in a delivery."""
        path = f"/v1/channels/{channel}/blobs/{sha256}"
        stamp = str(int(time.time()))
        sign = "v1=" + hmac.new(secret.encode(), f"{stamp}.GET {path}".encode(), hashlib.sha256).hexdigest()
        connection = UnixConnection(self.socket)
        connection.request("GET", path, headers={"Kefu-Timestamp": stamp, "Kefu-Signature": sign})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if answer.status != 200:
            raise Failure(f"{path}: {answer.status} {content[:200]}")
        return content

    def sql(self, query):
        """Rows of the server's database, as text lines."""
        return self.run("sqlite3", "-readonly", os.path.join(self.data, "kefu.db"), query).split("\n")

    # -------------------------------------------------------- accessible tree

    def frame(self):
        desktop = Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            app = desktop.get_child_at_index(i)
            if app is not None and app.get_name() in ("kefu", "Kefu", "客服") and app.get_child_count() > 0:
                return app.get_child_at_index(0)
        return None

    def walk(self, node=None, showing=True):
        """All nodes below `node` (the whole program), children before their siblings."""
        if node is None:
            desktop = Atspi.get_desktop(0)
            for i in range(desktop.get_child_count()):
                app = desktop.get_child_at_index(i)
                if app is not None and app.get_name() in ("kefu", "Kefu", "客服"):
                    yield from self.walk(app, showing)
            return
        try:
            count = node.get_child_count()
        except GLib.Error:
            return
        for i in range(count):
            try:
                child = node.get_child_at_index(i)
                if child is None:
                    continue
                if showing and not self.has_room(child):
                    continue
                yield child
                yield from self.walk(child, showing)
            except GLib.Error:
                continue

    @staticmethod
    def has_room(node):
        """GTK 4.8 tells SHOWING of windows alone; what is folded away has no room."""
        if not node.get_state_set().contains(Atspi.StateType.VISIBLE):
            return False
        try:
            box = node.get_extents(Atspi.CoordType.WINDOW)
        except GLib.Error:
            return True
        return box.width > 0 and box.height > 0

    def find(self, name, role=None, exact=False, node=None):
        """The first showing node whose name is or holds `name`; None if there is none now."""
        for child in self.walk(node):
            try:
                text = child.get_name() or ""
                if role is not None and child.get_role_name() != role:
                    continue
                if (text == name) if exact else (name in text):
                    return child
            except GLib.Error:
                continue
        return None

    def see(self, name, role=None, bound=BOUND, exact=False):
        """Waits until a node called so is on the screen."""
        return wait(lambda: self.find(name, role, exact), f"“{name}” on the screen", bound)

    def gone(self, name, role=None, bound=BOUND):
        wait(lambda: self.find(name, role) is None, f"“{name}” to go", bound)

    def press(self, name, role=None):
        """Does the first action of what is called so."""
        node = self.see(name, role)
        if node.get_n_actions() == 0 or not node.do_action(0):
            raise Failure(f"“{name}” cannot be pressed")

    # --------------------------------------------------------- keys, pictures

    def xdotool(self, *arguments):
        done = subprocess.run(["xdotool", *arguments], env=self.env, capture_output=True, text=True, timeout=30)
        return done.stdout.strip()

    def focus(self):
        window = self.xdotool("search", "--onlyvisible", "--class", "kefu").split("\n")[-1]
        self.xdotool("windowfocus", "--sync", window)

    def key(self, *names):
        self.xdotool("key", "--clearmodifiers", "--delay", "20", *names)

    def type(self, text):
        self.xdotool("type", "--delay", "20", text)

    def shot(self, name):
        """A picture of the whole screen."""
        if not self.shots:
            return None
        self.n_shots += 1
        path = os.path.join(self.shots, f"{self.n_shots:02}-{name}.png")
        subprocess.run(["import", "-window", "root", path], env=self.env, check=True, timeout=60)
        return path

    # ------------------------------------------------- what an agent would do

    def click(self, node, share=0.5):
        """A click of the mouse into it. GTK tells places within the window, which stands at the screen's corner here."""
        box = node.get_extents(Atspi.CoordType.WINDOW)
        self.xdotool("mousemove", str(int(box.x + box.width * share)), str(box.y + box.height // 2), "click", "1")

    def sign_in(self, address, login, password, shot=None):
        """From the welcome page through “Connect”."""
        self.press(self._("Connect"), "push button")
        self.settle()
        for field, text in ((self._("Server address"), address), (self._("Login"), login), (self._("Password"), password)):
            self.click(self.see(field, "text"))
            self.key("ctrl+a")
            self.type(text)
        if shot:
            self.shot(shot)
        self.key("Return")

    def sign_in_as_owner(self):
        """As who the server made when its data was."""
        with open(os.path.join(self.data, "owner.json"), encoding="utf-8") as file:
            owner = json.load(file)
        self.sign_in(f"unix:{self.socket}", owner["login"], owner["password"])

    def select(self, name):
        """Opens the conversation of a customer by its row in the inbox."""
        self.click(self.see(name, "list item"), 0.4)

    def composer(self):
        """The text entry of the open conversation, reply or note."""
        def look():
            for text in (self._("Reply to %s"), self._("Note about %s")):
                node = self.find(text.split("%s")[0] or text.split("%s")[1], "text")
                if node is not None:
                    return node
            return None

        return wait(look, "the composer")

    def compose(self, text):
        """Types into the composer. Han characters come the way an input method commits them, in one piece; xdotool would
        remap the keyboard for each, and lose some."""
        node = self.composer()
        self.click(node)
        wait(lambda: node.get_state_set().contains(Atspi.StateType.FOCUSED), "the focus in the composer")
        self.write(node, text)

    def write(self, node, text):
        if text.isascii():
            self.type(text)
            return
        before = Atspi.Text.get_text(node, 0, -1)
        place = Atspi.Text.get_caret_offset(node)
        Atspi.EditableText.insert_text(node, place, text, len(text.encode()))
        # GTK 4.8 takes text for a search entry, but tells none of it.
        if node.get_role_name() != "entry":
            wait(lambda: len(Atspi.Text.get_text(node, 0, -1)) == len(before) + len(text), f"“{text}” in the entry")

    def settle(self):
        """Until two pictures in a row are the same: animations have ended. Clocks tick once a second in between."""
        last = b""

        def same():
            nonlocal last
            now = subprocess.run(["import", "-window", "root", "rgb:-"], env=self.env, capture_output=True, timeout=60).stdout
            equal = now == last
            last = now
            return equal

        wait(same, "the screen to come to rest")

    # ----------------------------------------------------------------- stalls

    def stalls(self):
        """The turns of main loops that took long, of programs that were up, as they tell them."""
        try:
            with open(self.watch, encoding="utf-8", errors="replace") as file:
                found = [json.loads(line) for line in file if line.endswith("\n")]
        except FileNotFoundError:
            raise Failure("no program watches its main loop") from None
        for stall in found:
            stall["judged_ms"] = stall["cpu_ms"] if self.tells(stall, TOOLKIT_WAITS) else stall["stall_ms"]
        return [stall for stall in found if stall["at"] > self.up.get(stall["pid"], 0)]

    @staticmethod
    def tells(stall, pattern):
        return any(re.search(pattern, text) for text in [stall["source"], *stall["stacks"]])

    def prove_no_stalls(self):
        found = self.stalls()
        bad = []
        for stall in found:
            held = [limit for pattern, limit, _ in STALLS_ALLOWED if self.tells(stall, pattern)]
            if stall["judged_ms"] > max(held, default=STALL_MS) * self.slowness and STALL_MS > 0:
                bad.append(stall)
        worst = max((stall["judged_ms"] for stall in found), default=0)
        print(f"# main loops: {len(found)} turns over 8 ms, the longest {worst:.0f} ms; this machine is "
              f"{self.slowness:.1f} times as slow as the bounds", flush=True)
        for stall in bad:
            print(f"# {stall['program']} stood still for {stall['stall_ms']:.0f} ms ({stall['cpu_ms']:.0f} busy, "
                  f"{stall['blocked_ms']:.0f} waiting), called by “{stall['source']}”:", flush=True)
            for stack in stall["stacks"]:
                print(f"#   {stack}", flush=True)
        self.prove(f"no main loop stood still for more than {STALL_MS:.0f} ms" if STALL_MS > 0 else "the main loops were watched",
                   not bad)

    # ----------------------------------------------------------------- proofs

    def prove(self, what, condition=True):
        self.proved += 1
        self.slowness = max(self.slowness, slowness())
        if not condition:
            raise Failure(what)
        print(f"ok {self.proved} - {what}", flush=True)


def main(play):
    """Runs `play(journey)` as a TAP program: argv is ROOT [SHOTS]."""
    journey = Journey(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)
    status = 0
    try:
        play(journey)
        journey.prove_no_stalls()
    except (Failure, subprocess.SubprocessError, OSError, GLib.Error) as error:
        print(f"not ok {journey.proved + 1} - {error}", flush=True)
        journey.shots = journey.shots or tempfile.mkdtemp(prefix="kefu-failed-")
        print(f"# picture: {journey.shot('failed')}", flush=True)
        for node in journey.walk():
            try:
                if node.get_name():
                    print(f"# {node.get_role_name()}: {node.get_name()}")
            except GLib.Error:
                pass
        try:
            with open(os.path.join(journey.folder, "desk.log"), encoding="utf-8", errors="replace") as log:
                print("# " + log.read()[-3000:].replace("\n", "\n# "))
        except OSError:
            pass
        journey.proved += 1
        status = 1
    finally:
        journey.close()
    print(f"1..{journey.proved}", flush=True)
    return status
