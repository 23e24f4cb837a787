#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the checks of the tree and every suite, and closes with one line that counts all cases.

A suite that ran no case, or that Meson skipped, counts as failed: a green run means that everything ran.
"""

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lint


def run_suites(build, names):
    junit = os.path.join(build, "meson-logs", "testlog.junit.xml")
    if os.path.exists(junit):
        os.unlink(junit)
    status = subprocess.run(["meson", "test", "-C", build, "--no-rebuild", "--print-errorlogs", *names]).returncode
    if not os.path.exists(junit):
        print("NOT OK: no suite ran")
        return 0, 1
    passed = failed = 0
    for suite in ElementTree.parse(junit).getroot().iter("testsuite"):
        cases = list(suite.iter("testcase"))
        bad = [case for case in cases if any(child.tag in ("failure", "skipped") for child in case)]
        cases = [case for case in cases if not any(child.tag == "error" for child in case)]
        for case in bad:
            print(f"NOT OK: {suite.get('name')}: {case.get('name')}")
        passed += len(cases) - len(bad)
        failed += len(bad)
        if not cases:
            print(f"NOT OK: {suite.get('name')}: no case ran")
            failed += 1
    # A program that died on its way has no failed case of its own: what it had proved counts, and so does its end.
    with open(os.path.join(build, "meson-logs", "testlog.json"), encoding="utf-8") as log:
        for line in log:
            test = json.loads(line)
            if test["result"] not in ("OK", "FAIL", "EXPECTEDFAIL"):
                print(f"NOT OK: {test['name']}: {test['result']}")
                failed += 1
    if status != 0 and failed == 0:
        print(f"NOT OK: meson test ended with {status}")
        failed = 1
    return passed, failed


def main():
    build, names = sys.argv[1], sys.argv[2:]
    passed = failed = 0
    if not names:
        passed, failed = lint.run()
    more, bad = run_suites(build, names)
    passed += more
    failed += bad
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
