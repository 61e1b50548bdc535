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
    LED,
    LEFT_ALONE,
    LOOSE,
    MANAGED,
    NEUTRAL,
    PRESSED,
    TALKATIVE,
    TOO_FEW,
    TWO_CAMPS,
    UNDER_HALF,
    Plan,
    seeded,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD: Final = "demo-only-please"  # noqa: S105  (public: the demo alone has it)

CONTACT: Final = "ombudsperson"


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
                    Leader("Piotr Zielinski", "Customer Care South", MANAGED, 10),
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
                    Leader("Elif Aydin", "Paint Shop", PRESSED, 8, by_slip=True),
                    Leader("Carlos Mendes", "Quality Control", MANAGED, 6),
                    Leader("Hanna Virtanen", "Maintenance", LOOSE, 7),
                ),
            ),
            Leader(
                *("Kwame Boateng", "Logistics", LOOSE),
                reports=(
                    Leader("Anneke de Vries", "Goods Inward", UNDER_HALF, 14, by_slip=True),
                    Leader("Bogdan Ionescu", "Warehouse", GUIDED, 10, by_slip=True, waits=True),
                    Leader("Yuki Mori", "Dispatch", CHANCE, 7, by_slip=True),
                    Leader("Seamus O'Brien", "Drivers North", EARNED_FREEDOM, 9, by_slip=True),
                    Leader("Leila Farahani", "Drivers South", NEUTRAL, 6, by_slip=True),
                    Leader("Nils Bergqvist", "Customs", LED, 3),
                ),
            ),
            Leader(
                *("Priya Raman", "Technology", LED),
                reports=(
                    Leader("Daniel Kessler", "Platform", EARNED_FREEDOM, 6),
                    Leader("Olga Petrova", "Data", GUIDED, 5),
                    Leader("Thabo Nkosi", "Web Shop", LED, 8),
                    Leader("Luca Ferrero", "Test Lab", GUIDED, 7),
                    Leader("Camille Laurent", "Design", NEUTRAL, 6),
                    Leader("Wei Zhang", "IT Support", LEFT_ALONE, 6),
                ),
            ),
            Leader(
                *("Marco Bianchi", "Sales", NEUTRAL),
                reports=(
                    Leader("Sofia Papadaki", "Key Accounts", LOOSE, 6),
                    Leader("Liam Gallagher", "Inside Sales", PRESSED, 9, waits=True),
                    Leader("Ana Kovacevic", "Export", GUIDED, 6),
                    Leader("Hassan Yilmaz", "Tenders", NEUTRAL, 6),
                    Leader("Isabel Duarte", "Marketing", LED, 6, waits=True),
                ),
            ),
            Leader(
                *("Claire Dubois", "Finance and People", GUIDED),
                reports=(
                    Leader("Mohammed Rahman", "Payroll", GUIDED, 4),
                    Leader("Katarina Horvat", "Accounts Payable", PRESSED, 6),
                    Leader("Joseph Adeyemi", "Controlling", LOOSE, 6),
                    Leader("Birgit Hansen", "Recruiting", LED, 5),
                    Leader("Min-jun Park", "Training", GUIDED, 3),
                    Leader("Aroha Ngata", "Facilities", NEUTRAL, 8),
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
