"""The child process that opens one Excel file: `python -m councils.intake.sheet_reader FILE`.

It limits its own memory, processor time and file size before it touches the file, so that a bomb or a fault in a
library ends this process and not the server. It gets no configuration, no database and no secret. The answer is one
JSON object on standard output: {"name": sheet, "rows": [[cell…]…]} or {"refused": "…"}.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

DATA_BYTES = 112 * 1024 * 1024
"""What the process may hold of its own data; with its code it stays below 128 MiB."""
CPU_SECONDS = 20
OPEN_FILES = 32


def main(arguments: list[str]) -> int:
    (source,) = arguments
    limit_self()
    json.dump(answer(Path(source)), sys.stdout, ensure_ascii=False)
    return 0


def limit_self() -> None:
    """From here on the system ends this process, or refuses it memory, when it takes too much."""
    for what, limit in (
        (resource.RLIMIT_DATA, DATA_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, held = resource.getrlimit(what)
        # A server that already allows less keeps its own limit: raising it is refused.
        lower = limit if held == resource.RLIM_INFINITY else min(limit, held)
        resource.setrlimit(what, (lower, lower))


def answer(source: Path) -> dict[str, object]:
    """The cells, or why there are none. Imported here: only after the limits hold."""
    from councils.intake.sheet_book import BookRefused, read_book

    try:
        name, rows = read_book(source)
    except BookRefused as refusal:
        return {"refused": str(refusal)}
    except MemoryError:
        return {
            "refused": "は、開くのに必要な記憶域が大きすぎます。一覧表だけのブックにして保存し直してください。"
        }
    except Exception:
        # Libraries raise nearly anything for a file made to break them.
        return {"refused": "は、壊れているため開けません。元の表をExcelで開いて保存し直してください。"}
    return {"name": name, "rows": rows}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
