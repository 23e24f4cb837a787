#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A team's own server with a certificate nobody vouches for: met, known again, and not known any more; and a sign-in that
ends while the agent is writing."""

import json
import os
import re
import socket
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Atspi, main, wait  # noqa: E402

DRAFT = "您的表带今天下午发出"
WAITING = "written while signed out"
KEPT = "written to nobody else"


def label(j, text):
    """What stands on a button: the words without their mnemonic."""
    return re.sub(r"\(_.\)", "", j._(text)).replace("_", "")


def certificate(j, name):
    """Files of a new certificate for 127.0.0.1 that only vouches for itself, and its fingerprint."""
    cert, key = (os.path.join(j.folder, f"{name}.{end}") for end in ("pem", "key"))
    j.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
          "-subj", "/CN=kefu", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert)
    return cert, key, j.run("kefu-server", "fingerprint", "--tls-cert", cert)


def lines(fingerprint):
    """As the desk shows it: four groups a line."""
    groups = fingerprint.split(" ")
    return "\n".join(" ".join(groups[i:i + 4]) for i in range(0, len(groups), 4))


def serve(j, port, cert):
    j.start_server("--demo", "--speed", "0", "--listen", f"127.0.0.1:{port}", "--tls-cert", cert[0], "--tls-key", cert[1])


def fill(j, field, text):
    j.click(j.see(field, "text"))
    j.key("ctrl+a")
    j.type(text)


def stored(j, text):
    return j.sql(f"SELECT count(*) FROM message WHERE body = '{text}'") == ["1"]


def draft(j):
    return j.find(DRAFT, "list item") is not None


def known(j):
    """What the settings say of servers."""
    with open(os.path.join(j.env["XDG_CONFIG_HOME"], "glib-2.0", "settings", "keyfile"), encoding="utf-8") as file:
        return [line for line in file if line.startswith("server-certificates=")]


def revoke(j, login):
    j.run("kefu-server", "user", "sign-out", login, "--data", j.data)


def play(j):
    if os.environ.get("KEFU_SCHEME") == "dark":
        j.env["ADW_DEBUG_COLOR_SCHEME"] = "prefer-dark"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    first, second = certificate(j, "first"), certificate(j, "second")
    j.start_keyring()
    serve(j, port, first)
    with open(os.path.join(j.data, "owner.json"), encoding="utf-8") as file:
        owner = json.load(file)
    j.start_desk()

    # --- no TLS, no way
    j.sign_in("http://192.0.2.1:8443", owner["login"], owner["password"])
    j.see("https://", "alert")
    j.prove("without TLS only this computer is spoken to")

    # --- the first meeting
    fill(j, j._("Server address"), f"https://127.0.0.1:{port}")
    j.key("Return")
    j.see(j._("Is This Your Server?"))
    j.see(lines(first[2]))
    j.settle()
    j.shot("question")
    j.prove("the fingerprint is the one that the server's administrator sees", j.sql("SELECT count(*) FROM session") == ["0"])
    j.press(label(j, "_Cancel"), "push button")
    j.gone(j._("Is This Your Server?"))
    j.prove("who cancels is not signed in", j.sql("SELECT count(*) FROM session") == ["0"])
    j.key("Return")
    j.press(label(j, "They Are the _Same"), "push button")
    j.see("韩冬青")
    wait(lambda: first[2].replace(" ", "").lower() in "".join(known(j)), "the certificate in the settings")
    j.prove("compared once, the server is known")

    # --- revoked, with a draft in the composer
    j.select("沈若溪")
    j.compose(DRAFT)
    wait(lambda: draft(j), "the draft in the row")
    revoke(j, owner["login"])
    j.see(j._("Signed out by the server"))
    j.see(j._("Sign In Again"))
    j.settle()
    j.shot("revoked")
    j.prove("a revoked sign-in asks for the password, and hides nothing of what is typed", draft(j))
    j.key("Escape")
    j.gone(j._("Sign In Again"))
    j.select("郑可欣")
    j.compose(WAITING)
    j.key("Return")
    j.see(WAITING)
    j.prove("what is written meanwhile waits", not stored(j, WAITING))
    j.see(j._("Sign In"), "push button", exact=True).do_action(0)
    j.see(j._("Sign In Again"))
    j.settle()
    j.type(owner["password"])
    j.key("Return")
    j.gone(j._("Signed out by the server"))
    wait(lambda: stored(j, WAITING), "the message at the server")
    j.prove("signed in again, what waited goes out and the draft is still there", draft(j))

    # --- Ctrl+Q quits, whatever is asked
    revoke(j, owner["login"])
    j.see(j._("Sign In Again"))
    j.settle()
    j.quit_desk()
    j.prove("Ctrl+Q quits from the password dialog")
    j.start_desk()
    j.see(j._("Sign In Again"), bound=60)
    j.settle()
    j.type(owner["password"])
    j.key("Return")
    j.gone(j._("Signed out by the server"))
    wait(lambda: draft(j), "the draft after a restart")
    j.prove("after a restart the password is all that is asked")

    # --- the list of computers
    j.key("ctrl+comma")
    j.see(j._("Where You Are Signed In"))
    j.see(j._("This computer"))
    j.settle()
    j.shot("preferences")
    j.prove("the preferences list this computer")
    j.key("Escape")
    j.gone(j._("Where You Are Signed In"))

    # --- another certificate
    j.stop_server()
    serve(j, port, second)
    j.see(j._("This Is Not the Server You Know"), bound=90)
    j.see(lines(first[2]))
    j.see(lines(second[2]))
    j.see(j._("The server’s certificate is wrong"))
    j.settle()
    j.shot("alarm")
    j.prove("a changed certificate is an alarm that cannot be accepted",
            j.find(label(j, "They Are the _Same"), "push button") is None)
    j.key("Escape")
    j.gone(j._("This Is Not the Server You Know"))
    j.select("郑可欣")
    j.compose(KEPT)
    j.key("Return")
    j.see(KEPT)
    j.prove("nothing is sent to it", not stored(j, KEPT))
    j.key("ctrl+comma")
    j.press(j._("Forget the certificate of %s") % f"127.0.0.1:{port}", "push button")
    j.see(j._("Last 8 characters"))
    j.settle()
    Atspi.EditableText.set_text_contents(j.see(j._("Last 8 characters"), "text"), second[2][-9:])
    j.settle()
    j.shot("forget")
    # The button of the question: its name is told twice, that of its row begins the same.
    j.press(" ".join([label(j, "_Forget")] * 2), "push button")
    j.see(j._("Is This Your Server?"))
    j.see(lines(second[2]))
    j.press(label(j, "They Are the _Same"), "push button")
    wait(lambda: stored(j, KEPT), "the message at the server", 60)
    j.prove("forgotten on purpose and compared anew, the server gets what waited")


if __name__ == "__main__":
    sys.exit(main(play))
