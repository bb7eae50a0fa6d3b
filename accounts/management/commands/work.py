"""`manage.py work`: send mail and run the periodic jobs, until told to stop."""

from __future__ import annotations

import logging
import signal
import threading
import uuid
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import Error as DatabaseError
from django.db import close_old_connections, connections
from django.utils import timezone

from accounts.logs import request_id
from accounts.outbox import Work, run_once

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Several workers may run side by side; SIGTERM and Ctrl-C let the round in hand end."""

    help = "お知らせのメールを送り、定期処理を行います。--once で1回だけ動きます。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="たまっている分だけ処理して終わります。")
        parser.add_argument(
            "--pause", type=float, default=5.0, help="することがないときに待つ秒数(既定は5)。"
        )

    def handle(self, *args: Any, once: bool, pause: float, **options: Any) -> None:
        if once:
            self._drain()
            return
        stop = threading.Event()
        self._listen(stop)
        self.stdout.write("ワーカーを始めました。")
        while not stop.is_set():
            if self._round().is_idle:
                stop.wait(pause)
        self.stdout.write("ワーカーを終わりました。")

    def _listen(self, stop: threading.Event) -> None:
        def on_signal(number: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, on_signal)
        signal.signal(signal.SIGINT, on_signal)

    def _drain(self) -> None:
        total = Work()
        while not (done := run_once(now=timezone.now())).is_idle:
            total = total + done
        self.stdout.write(
            f"送信 {total.sent}件、延期 {total.put_off}件、断念 {total.failed}件、"
            f"定期処理 {total.jobs}件、失敗した定期処理 {total.broken_jobs}件"
        )

    def _round(self) -> Work:
        """One round under an id of its own. A database that is away for a while must not end the worker."""
        token = request_id.set(f"work-{uuid.uuid4().hex[:16]}")
        close_old_connections()
        try:
            return run_once(now=timezone.now())
        except DatabaseError:
            logger.exception("The database could not be used; the worker tries again.")
            connections.close_all()
            return Work()
        finally:
            request_id.reset(token)
