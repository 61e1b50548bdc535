"""Disclosure control at scale: random organisations, a large tree."""

from __future__ import annotations

import random
import time

from surveyapp.anonymity.auditor import audit, results_of
from surveyapp.anonymity.disclosure import publish_round
from tests.anonymity import organisations

Row = dict[str, object]


def measure_organisations(count: int = 2_000) -> Row:
    """Publish random organisations and audit them."""
    start, results, findings = time.perf_counter(), 0, 0
    for seed in range(count):
        teams = organisations.organisation(seed)
        published = publish_round(teams, threshold=5, comment_threshold=10, seed=1)
        results += sum(1 for _ in results_of(published))
        findings += len(audit(teams, published, threshold=5, comment_threshold=10))
    return {
        "what": "organisations",
        "count": count,
        "results": results,
        "findings": findings,
        "seconds": round(time.perf_counter() - start, 1),
    }


def measure_tree(teams: int = 10_000, below: int = 8) -> Row:
    """Publish and audit a tree in which every leader leads `below` leaders."""
    chance = random.Random(1)
    counted = [
        organisations.drawn_team(
            chance,
            f"T{place}",
            f"T{(place - 1) // below}" if place else None,
            set(range(place * below, place * below + chance.randint(3, 16))),
            answering=0.8,
        )
        for place in range(teams)
    ]
    start = time.perf_counter()
    published = publish_round(counted, threshold=5, comment_threshold=10, seed=1)
    between = time.perf_counter()
    findings = audit(counted, published, threshold=5, comment_threshold=10)
    return {
        "what": "tree",
        "count": teams,
        "publish_s": round(between - start, 2),
        "audit_s": round(time.perf_counter() - between, 2),
        "findings": len(findings),
    }


def measure_disclosure() -> list[Row]:
    """Measure everything, and print each row."""
    rows = []
    for measure in (measure_tree, measure_organisations):
        rows.append(row := measure())
        print("  " + "  ".join(f"{name} {value}" for name, value in row.items()), flush=True)
    return rows


if __name__ == "__main__":
    measure_disclosure()
