"""Compare the locked packages with what is known of their weaknesses; run by `make advisories`.

Says for each source what it answered. A source that does not answer, or does not know a package,
is no sign that all is well: exit 2 if nobody could say anything of some package, 1 if there is an
advisory, 0 if every package was looked up and none has one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Final

from tests.budgets import TOP

LOCK: Final = TOP / "requirements-dev.lock"
SOURCES: Final = {"PyPI": "pypi", "OSV": "osv"}
AUDIT: Final = ("--no-deps", "--disable-pip", "--progress-spinner", "off", "-f", "json")
OUT_OF_REACH, TIME_LIMIT = 120, 300


@dataclass
class Answer:
    """What one source said."""

    looked_up: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    advisories: list[str] = field(default_factory=list)
    problem: str = ""


def read_answer(printed: str, complaint: str) -> Answer:
    """Read what pip-audit printed, and what it complained of if it printed nothing."""
    if not printed.strip():
        last = complaint.strip().splitlines() or ["no answer"]
        return Answer(problem=last[-1][:OUT_OF_REACH])
    found = Answer()
    for package in json.loads(printed)["dependencies"]:
        name = package["name"]
        (found.unknown if "skip_reason" in package else found.looked_up).add(name)
        for known in package.get("vulns", ()):
            mend = ", ".join(known["fix_versions"]) or "no version yet"
            found.advisories.append(f"{name} {package['version']}: {known['id']}, mended in {mend}")
    return found


def report(answers: dict[str, Answer]) -> tuple[list[str], int]:
    """Return what to print, and the exit code."""
    lines = []
    for source, said in answers.items():
        if said.problem:
            lines.append(f"{source}: could not be reached ({said.problem})")
        else:
            total = len(said.looked_up | said.unknown)
            lines.append(f"{source}: {len(said.looked_up)} of {total} packages looked up")
    advisories = sorted({line for said in answers.values() for line in said.advisories})
    looked_up = set().union(*(said.looked_up for said in answers.values()))
    never = set().union(*(said.unknown for said in answers.values())) - looked_up
    lines += advisories
    if advisories:
        return [*lines, "Update them: make lock"], 1
    if never or not looked_up:
        what = ", ".join(sorted(never)) if looked_up else "any package"
        return [*lines, f"NOT CHECKED: nobody could say anything of {what}"], 2
    return [*lines, "No advisory is known for any of them."], 0


def main() -> int:
    """Ask every source."""
    answers = {}
    for source, service in SOURCES.items():
        command = [*sys.argv[1:], *AUDIT, "-s", service, "-r", str(LOCK)]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=TIME_LIMIT
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            answers[source] = Answer(problem=str(error))
            continue
        answers[source] = read_answer(done.stdout, done.stderr)
    lines, code = report(answers)
    sys.stdout.write("\n".join([*lines, ""]))
    return code


if __name__ == "__main__":
    sys.exit(main())
