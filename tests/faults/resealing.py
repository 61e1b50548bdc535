"""Seals all open boxes anew without end, as the worker does every hour; killed by its test."""

from __future__ import annotations

import logging
import time

from sqlalchemy.exc import OperationalError

from surveyapp.app import create_app
from surveyapp.rounds.resealing import reseal_open_rounds
from surveyapp.web.pages import keys

PAUSE_SECONDS = 0.3

if __name__ == "__main__":
    with create_app().app_context():
        while True:
            try:
                reseal_open_rounds(keys())
            except OperationalError:  # the worker logs it and goes on as well
                logging.getLogger(__name__).warning("the database is away")
            time.sleep(PAUSE_SECONDS)
