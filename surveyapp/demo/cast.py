"""Who plays in the demo: two organisations, their leaders, and what is planted for each."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from surveyapp.demo.truths import (
    CHANCE,
    CHANGED,
    EARNED_FREEDOM,
    EVERYBODY,
    GUIDED,
    HALF_LEFT,
    LATE_CHANGE,
    LEANING,
    LED,
    LEFT_ALONE,
    LOOSE,
    MANAGED,
    NEUTRAL,
    NOT_CLEAR,
    PRESSED,
    TALKATIVE,
    TOO_FEW,
    TOO_NEW,
    TORN_APART,
    TWO_CAMPS,
    UNDER_HALF,
    UNLIKE_NEEDS,
    Plan,
    seeded,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD: Final = "demo-only-please"  # noqa: S105  (public: the demo alone has it)

CONTACT: Final = "ombudsperson"
TIME_ZONE: Final = "Europe/Berlin"


@dataclass(frozen=True)
class Leader:
    """Somebody who leads a team: people without a team of their own, or the leaders below."""

    name: str
    team: str
    plan: Plan
    members: int = 0
    reports: tuple[Leader, ...] = ()
    mailbox: str = ""
    """What stands before the @; from the name if blank."""
    by_slip: bool = False
    """Whether the members have no mail: they work with their hands, and answer by slip."""
    joins: int = 0
    """How many of the members join before the newest closed round."""
    fills_in: bool = True
    """Whether they say how they see themselves, before they see a result."""
    waits: bool = False
    """Whether the result of the newest closed round is not released to this leader yet."""

    def address(self, domain: str) -> str:
        """Return the leader's mail address."""
        return f"{self.mailbox or mailbox(self.name)}@{domain}"

    @property
    def invited(self) -> int:
        """How many people are asked about this leader."""
        return self.members + len(self.reports)


@dataclass(frozen=True)
class Cast:
    """An organisation and everybody who signs in to it."""

    slug: str
    name: str
    domain: str
    top: Leader
    admin: str
    """Name of who administers; the address is admin@ the domain, and so on."""
    coach: str
    closed_rounds: int

    @property
    def sign_ins(self) -> tuple[str, str, str]:
        """The addresses that have a password: administrator, coach, a first-line leader."""
        return f"admin@{self.domain}", f"coach@{self.domain}", f"leader@{self.domain}"

    def leaders(self) -> dict[str, Leader]:
        """Return every leader by address, each level before the one below."""
        return {leader.address(self.domain): leader for leader, _ in self.tree()}

    def tree(self) -> list[tuple[Leader, Leader | None]]:
        """Return every leader with the one above, each level before the one below."""
        found: list[tuple[Leader, Leader | None]] = [(self.top, None)]
        for leader, _ in found:
            found += [(below, leader) for below in leader.reports]
        return found


NORTHWIND: Final = Cast(
    slug="northwind",
    name="Northwind",
    domain="demo.example",
    admin="Ruth Castellano",
    coach="Jonas Weidmann",
    closed_rounds=3,
    top=Leader(
        *("Helen Marsh", "Executive Team", EVERYBODY),
        reports=(
            Leader(
                *("Tomás Rivera", "Customer Service", GUIDED),
                reports=(
                    Leader("Dana Okafor", "Customer Care North", CHANGED, 13, mailbox="leader"),
                    Leader("Piotr Zielinski", "Customer Care South", MANAGED, 13),
                    Leader("Amina Haddad", "Complaints", LED, 7),
                    Leader("Sven Holmberg", "Field Service West", EARNED_FREEDOM, 8),
                    Leader("Grace Mwangi", "Field Service East", LEFT_ALONE, 8),
                    Leader("Mei Tanaka", "Night Line", TOO_FEW, 11),
                    Leader("Owen Pritchard", "Service Planning", LOOSE, 3),
                ),
            ),
            Leader(
                *("Ingrid Solheim", "Production", PRESSED),
                reports=(
                    Leader("Marek Novotny", "Assembly Line 1", GUIDED, 30, by_slip=True),
                    Leader("Fatima Benali", "Assembly Line 2", TALKATIVE, 18, by_slip=True),
                    Leader("Rajesh Nair", "Machining", TWO_CAMPS, 12, by_slip=True),
                    Leader("Elif Aydin", "Paint Shop", TWO_CAMPS, 8, by_slip=True, fills_in=False),
                    Leader("Carlos Mendes", "Quality Control", MANAGED, 6),
                    Leader("Hanna Virtanen", "Maintenance", HALF_LEFT, 8),
                ),
            ),
            Leader(
                *("Kwame Boateng", "Logistics", LOOSE),
                reports=(
                    Leader("Anneke de Vries", "Goods Inward", UNDER_HALF, 14, by_slip=True),
                    Leader(
                        "Bogdan Ionescu",
                        "Warehouse",
                        UNDER_HALF,
                        24,
                        by_slip=True,
                        waits=True,
                        fills_in=False,
                    ),
                    Leader("Yuki Mori", "Dispatch", CHANCE, 7, by_slip=True),
                    Leader("Seamus O'Brien", "Drivers North", EARNED_FREEDOM, 13, by_slip=True),
                    Leader("Leila Farahani", "Drivers South", TORN_APART, 13, by_slip=True),
                    Leader("Nils Bergqvist", "Customs", LED, 3, fills_in=False),
                ),
            ),
            Leader(
                *("Priya Raman", "Technology", LED),
                reports=(
                    Leader("Daniel Kessler", "Platform", LOOSE, 6),
                    Leader("Olga Petrova", "Data", LEANING, 14),
                    Leader("Thabo Nkosi", "Web Shop", LED, 8, joins=1),
                    Leader("Luca Ferrero", "Test Lab", UNLIKE_NEEDS, 9, fills_in=False),
                    Leader("Camille Laurent", "Design", NOT_CLEAR, 8),
                    Leader("Wei Zhang", "IT Support", LEFT_ALONE, 13),
                ),
            ),
            Leader(
                *("Marco Bianchi", "Sales", NEUTRAL),
                reports=(
                    Leader("Sofia Papadaki", "Key Accounts", TOO_NEW, 8),
                    Leader("Liam Gallagher", "Inside Sales", PRESSED, 9, waits=True),
                    Leader("Ana Kovacevic", "Export", UNLIKE_NEEDS, 13),
                    Leader("Hassan Yilmaz", "Tenders", LEANING, 9, fills_in=False),
                    Leader("Isabel Duarte", "Marketing", TORN_APART, 8, waits=True),
                ),
            ),
            Leader(
                *("Claire Dubois", "Finance and People", GUIDED),
                reports=(
                    Leader("Mohammed Rahman", "Payroll", GUIDED, 4),
                    Leader("Katarina Horvat", "Accounts Payable", LATE_CHANGE, 7),
                    Leader("Joseph Adeyemi", "Controlling", HALF_LEFT, 14),
                    Leader("Birgit Hansen", "Recruiting", TOO_NEW, 13),
                    Leader("Min-jun Park", "Training", GUIDED, 3),
                    Leader("Aroha Ngata", "Facilities", NOT_CLEAR, 13),
                ),
            ),
        ),
    ),
)

CONTOSO: Final = Cast(
    slug="contoso",
    name="Contoso",
    domain="contoso.example",
    admin="Beatriz Salgado",
    coach="Henrik Dahl",
    closed_rounds=1,
    top=Leader(
        *("Margaret Osei", "Management", EVERYBODY),
        reports=(
            Leader("Viktor Lindgren", "Workshop", LED, 9, mailbox="leader", by_slip=True),
            Leader("Noor van Dijk", "Office", NEUTRAL, 6),
            Leader("Pablo Herrera", "Shop", PRESSED, 7),
        ),
    ),
)

CASTS: Final = (NORTHWIND, CONTOSO)

# First names and family names that go together; everybody is invented.
_NAMES: Final = (
    ("Ana Bruno Clara Diego Elena Felipe Marta Rafael", "Almeida Campos Duarte Moreno Ortega"),
    ("Amadou Chidi Efua Ngozi Kofi Zainab Tunde Wanjiru", "Abiola Kamara Mensah Okoro Sesay"),
    ("Arjun Deepa Kavita Nikhil Rohan Sunita Vikram Anjali", "Desai Iyer Kapoor Menon Patel"),
    ("Aiko Haruto Kenji Naomi Ren Sakura Takumi Yui", "Fujita Ishikawa Kobayashi Ono Saito"),
    ("Astrid Erik Freja Lars Maja Oskar Signe Torben", "Andersen Ekström Lund Nygaard Sandberg"),
    ("Emma Felix Greta Jan Lena Moritz Paula Stefan", "Brandt Fischer Keller Schuster Vogel"),
    ("Ahmed Dina Karim Layla Omar Rania Samir Yasmin", "Aziz Darwish Khoury Mansour Saleh"),
    ("Alice Ben Chloe George Holly Jack Nora Tom", "Barnes Fletcher Hughes Lawson Whitaker"),
    ("Adam Ewa Jakub Katya Milan Petra Tomas Zofia", "Dvorak Kowalski Marek Nowak Sokolov"),
    ("Chiara Enzo Giulia Julien Léa Matteo Nina Théo", "Conti Fontaine Lambert Moretti Rossi"),
)


def mailbox(name: str) -> str:
    """Return what stands before the @ of somebody's address."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return plain.lower().replace(" ", ".").replace("'", "")


def members() -> Iterator[str]:
    """Yield the names of people who lead nobody: always the same ones, nobody twice."""
    names = [
        f"{first} {last}"
        for firsts, lasts in _NAMES
        for first in firsts.split()
        for last in lasts.split()
    ]
    seeded("members").shuffle(names)
    yield from names
