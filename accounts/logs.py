"""Logs: one JSON object a line, with the request's id. Ids only: no names, addresses, mail addresses or typed text."""

from __future__ import annotations

import datetime as dt
import json
import logging
from contextvars import ContextVar
from typing import Final

#: The id of the request (or worker round) being handled; written by the middleware and the worker, read by audit.
request_id: ContextVar[str] = ContextVar("request_id", default="")

#: Attributes that callers pass with `extra=`; anything else in `extra` is left out, so that no name slips in.
ALLOWED_EXTRA: Final = ("user_id", "method", "view", "status_code", "notice_id", "job", "attempt", "count")


class JsonFormatter(logging.Formatter):
    """Writes level, logger, message and the request id. A traceback gives places and the type, not the values.

    The message of an exception may quote what a person typed (a refused address, a bad value): it is left out.
    """

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "at": dt.datetime.fromtimestamp(record.created, tz=dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
            "request_id": request_id.get(),
        }
        entry.update(
            {name: value for name in ALLOWED_EXTRA if (value := getattr(record, name, None)) is not None}
        )
        if record.exc_info and record.exc_info[0] is not None:
            entry["exception"] = record.exc_info[0].__name__
            entry["where"] = _places(record.exc_info[2])
        return json.dumps(entry, ensure_ascii=False, default=str)


def _message(record: logging.LogRecord) -> str:
    """The text; what `django.request` puts behind its phrase is a path, which may hold words of a search."""
    if record.name.startswith(("django.request", "django.security")):
        return str(record.args[0] if isinstance(record.args, tuple) and record.args else record.msg).split(
            ":", 1
        )[0]
    return record.getMessage()


def _places(traceback: object) -> list[str]:
    places: list[str] = []
    while traceback is not None:
        code = traceback.tb_frame.f_code  # type: ignore[attr-defined]
        places.append(f"{code.co_filename}:{traceback.tb_lineno} {code.co_name}")  # type: ignore[attr-defined]
        traceback = traceback.tb_next  # type: ignore[attr-defined]
    return places
