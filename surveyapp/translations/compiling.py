"""Compile the catalogues when the package is built or installed: hatchling calls this."""

from __future__ import annotations

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileTranslations(BuildHookInterface):  # type: ignore[type-arg]  # of no configuration
    """Write the `messages.mo` beside each `messages.po`, without entries that are in doubt."""

    def initialize(self, version: str, build_data: dict[str, object]) -> None:  # noqa: ARG002
        """Do so before files are gathered, for an editable installation as well."""
        for source in (Path(self.root) / "surveyapp" / "translations").rglob("messages.po"):
            with source.open("rb") as file:
                catalogue = read_po(file, locale=source.parent.parent.name)
            with source.with_suffix(".mo").open("wb") as file:
                write_mo(file, catalogue)
