"""`surveyapp worker` for which an hour is a second; killed by its test.

It seals all boxes anew again and again, takes up at once what somebody dead had in hand, and is
not done with a count before somebody could kill it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from surveyapp.anonymity import disclosure
from surveyapp.cli import main
from surveyapp.jobs import leasing, running
from surveyapp.jobs.schedule import PERIODS
from surveyapp.storage.models import JobKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

COUNTING_SECONDS = 0.5


def slowly(does: Callable[..., Any]) -> Callable[..., Any]:
    """Let something take its time."""

    def done(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401  (as what it stands for)
        time.sleep(COUNTING_SECONDS)
        return does(*arguments, **named)

    return done


if __name__ == "__main__":
    PERIODS[JobKind.RESEAL] = 1
    leasing.LEASE_SECONDS = 1
    leasing.DELAYS = (1,) * len(leasing.DELAYS)
    running.POLL_SECONDS = 0.3  # type: ignore[assignment]  # whole seconds for others
    disclosure.publish_round = slowly(disclosure.publish_round)
    main(["worker"])
