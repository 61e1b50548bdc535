"""A released result to follow up."""

from __future__ import annotations

from tests import factories


def released(name: str = "Spring", organisation: int | None = None) -> int:
    """Release a round of Dana's and Eve's teams; makes them unless there is an organisation."""
    if organisation is None:
        organisation = factories.make_organisation()
        factories.make_team(organisation, "Dana", 12)
        factories.make_team(organisation, "Eve", 5)
    made = factories.open_round(organisation, name)
    factories.close_and_release(made)
    return made
