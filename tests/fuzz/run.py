#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Feeds the fuzz targets: run.py BUILD SECONDS [TARGET…]

Each target runs for SECONDS from its corpus; what it finds on the way is kept in BUILD/found/, so that a longer run goes on where
the last one ended. An input that breaks a promise is written to BUILD/broken/TARGET-…; give it to the program as an argument to see it again.
"""

import os
import re
import shutil
import subprocess
import sys


def run(build, seconds, name, seeds):
    program = os.path.join(build, "tests", "fuzz", f"fuzz-{name}")
    found = os.path.join(build, "found", name)
    broken = os.path.join(build, "broken")
    os.makedirs(found, exist_ok=True)
    os.makedirs(broken, exist_ok=True)
    scratch = os.path.join(build, "scratch")
    shutil.rmtree(scratch, ignore_errors=True)
    os.makedirs(scratch)
    if not os.path.exists(program):
        return None, f"{program} is not built"
    environment = dict(os.environ, LC_ALL="C.UTF-8", TMPDIR=scratch, ASAN_OPTIONS="detect_leaks=1:abort_on_error=0",
                       UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1")
    # GLib's log is judged by the target, not by the environment of the suite.
    environment.pop("G_DEBUG", None)
    result = subprocess.run(
        [program, f"-max_total_time={seconds}", "-max_len=4096", "-timeout=20", "-rss_limit_mb=2048", "-print_final_stats=1",
         f"-artifact_prefix={broken}/{name}-", found, os.path.join(seeds, name)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment, timeout=seconds + 120)
    log = result.stderr.decode("utf-8", "replace")
    runs = re.search(r"stat::number_of_executed_units: *(\d+)", log)
    runs = int(runs.group(1)) if runs else 0
    if result.returncode != 0:
        return runs, "\n".join(line for line in log.splitlines() if not line.startswith("#"))[-6000:]
    if runs < len(os.listdir(os.path.join(seeds, name))):
        return runs, "fewer runs than there are seeds:\n" + log[-2000:]
    return runs, None


def main():
    build, seconds, names = os.path.abspath(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    seeds = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus")
    names = names or sorted(os.listdir(seeds))
    bad = 0
    print(f"1..{len(names)}", flush=True)
    for number, name in enumerate(names, 1):
        try:
            runs, fault = run(build, seconds, name, seeds)
        except subprocess.TimeoutExpired:
            runs, fault = 0, "it does not come to an end"
        print(f"{'not ok' if fault else 'ok'} {number} - {name}: {runs or 0} inputs", flush=True)
        if fault:
            bad = 1
            print(fault, file=sys.stderr, flush=True)
    return bad


if __name__ == "__main__":
    sys.exit(main())
