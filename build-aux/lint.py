#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of the tree that no compiler makes. Each prints `ok` or `not ok` and says what is wrong.

Layers are enforced by the include paths of the build; the check here says it in words and sees `../` includes too.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

# From the bottom to the top; `server` sits on base and model alone.
LAYERS = ["base", "model", "store", "backend", "sync", "session", "ui", "app"]
SIBLINGS = {("store", "backend"), ("backend", "store")}
MAX_LINES = 800


def git_files(*patterns):
    out = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "--", *patterns],
                         capture_output=True, text=True, check=True).stdout.split("\n")
    return [name for name in out if name and os.path.isfile(name)]


def read(name):
    with open(name, encoding="utf-8") as file:
        return file.read()


def check_layout():
    """The code is laid out by clang-format."""
    files = git_files("*.c", "*.h")
    if not files:
        return []
    run = subprocess.run(["clang-format", "--dry-run", "-Werror", "--ferror-limit=1", *files],
                         capture_output=True, text=True)
    names = sorted({line.split(":")[0] for line in run.stderr.split("\n") if ": error:" in line})
    return [f"{name}: not laid out, run ./dev format" for name in names]


def check_lengths():
    """No file is over 800 lines."""
    found = []
    for name in git_files("*.c", "*.h", "*.py", "*.ui", "*.sql", "*.css"):
        lines = read(name).count("\n")
        if lines > MAX_LINES:
            found.append(f"{name}: {lines} lines, where are its two subjects?")
    return found


def layer_of(name):
    parts = name.split("/")
    return parts[1] if len(parts) > 2 and parts[0] == "src" else None


def check_layers():
    """No layer includes a lower one, none the other of two siblings, none by a path."""
    headers = {}
    for name in git_files("src/*.h"):
        headers.setdefault(os.path.basename(name), set()).add(layer_of(name))
    found = []
    for name in git_files("src/*.c", "src/*.h"):
        mine = layer_of(name)
        for line, include in re.findall(r'^(#include "([^"]+)")', read(name), re.M):
            if "../" in include:
                found.append(f"{name}: {line} leaves the include path")
            owners = headers.get(os.path.basename(include), set())
            # A layer's own header comes first on its include path.
            if not owners or mine in owners:
                continue
            theirs = min(owners)
            if mine == "server":
                wrong = theirs not in ("base", "model")
            else:
                wrong = theirs not in LAYERS or LAYERS.index(theirs) > LAYERS.index(mine) or (mine, theirs) in SIBLINGS
            if wrong:
                found.append(f"{name}: {line} is of layer {theirs}, which {mine} must not see")
    return found


def check_potfiles():
    """Every source with text for people is in POTFILES.in, and every name there exists."""
    listed = {line for line in read("po/POTFILES.in").split("\n") if line and not line.startswith("#")}
    found = [f"po/POTFILES.in: {name} is not there" for name in sorted(listed) if not os.path.isfile(name)]
    marks = re.compile(r'\b(?:_|N_|C_|ngettext|g_dngettext|NC_)\s*\("|translatable="yes"')
    for name in git_files("src/*.c", "src/*.ui"):
        if marks.search(read(name)) and name not in listed:
            found.append(f"{name}: has text for people, but is missing in po/POTFILES.in")
    return found


def check_translations():
    """zh_CN is complete: nothing missing, nothing fuzzy, nothing new in the sources."""
    found = []
    folder = tempfile.mkdtemp(prefix="kefu-lint-")
    pot = os.path.join(folder, "kefu.pot")
    merged = os.path.join(folder, "zh_CN.po")
    try:
        listed = [line for line in read("po/POTFILES.in").split("\n") if line and not line.startswith("#")]
        subprocess.run(["xgettext", "--from-code=UTF-8", "-k_", "-kN_", "-kC_:1c,2", "-kNC_:1c,2", "-kngettext:1,2",
                        "-kg_dngettext:2,3", "--add-comments", "-o", pot, *listed],
                       check=True, capture_output=True, text=True)
        subprocess.run(["msgmerge", "--no-fuzzy-matching", "-q", "-o", merged, "po/zh_CN.po", pot],
                       check=True, capture_output=True, text=True)
        for what, option in (("untranslated", "--untranslated"), ("fuzzy", "--only-fuzzy")):
            out = subprocess.run(["msgattrib", option, "--no-obsolete", "--no-wrap", merged], capture_output=True, text=True).stdout
            for text in re.findall(r'^msgid (".+")$', out, re.M):
                if text != '""':
                    found.append(f"po/zh_CN.po: {what}: {text}")
        run = subprocess.run(["msgfmt", "--check", "-o", "/dev/null", "po/zh_CN.po"], capture_output=True, text=True)
        if run.returncode != 0:
            found.append(run.stderr.strip())
    except subprocess.CalledProcessError as error:
        found.append(error.stderr.strip())
    finally:
        shutil.rmtree(folder)
    return found


def check_shape():
    """Every source says its licence and purpose; headers are guarded."""
    found = []
    for name in git_files("src/*.c", "src/*.h", "tests/*.c", "tests/*.h"):
        text = read(name)
        if not re.match(r"/\* SPDX-License-Identifier: GPL-3\.0-or-later\n \* \S", text):
            found.append(f"{name}: no SPDX line and purpose at its head")
        if name.endswith(".h") and "#pragma once" not in text:
            found.append(f"{name}: no #pragma once")
    return found


def check_metadata():
    """Desktop file, AppStream data and XML are valid."""
    found = []
    # The validator looks at the file's name too.
    desktop = os.path.join(tempfile.mkdtemp(prefix="kefu-lint-"), "org.kefu.Kefu.desktop")
    shutil.copy("data/org.kefu.Kefu.desktop.in", desktop)
    for command in (["desktop-file-validate", desktop],
                    ["appstreamcli", "validate", "--no-net", "data/org.kefu.Kefu.metainfo.xml.in"],
                    ["xmllint", "--noout", *git_files("*.ui", "*.gresource.xml", "*.gschema.xml", "*.svg")]):
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode != 0:
            found.append((run.stdout + run.stderr).strip())
    shutil.rmtree(os.path.dirname(desktop))
    return found


CHECKS = [check_layout, check_lengths, check_layers, check_potfiles, check_translations, check_shape, check_metadata]


def run():
    """Runs all checks; (passed, failed)."""
    failed = 0
    for check in CHECKS:
        found = check()
        print(("ok" if not found else "NOT OK") + f" lint: {check.__doc__.split(chr(10))[0]}")
        for line in found:
            print("    " + line.replace("\n", "\n    "))
        failed += bool(found)
    sys.stdout.flush()
    return len(CHECKS) - failed, failed


def main():
    passed, failed = run()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
