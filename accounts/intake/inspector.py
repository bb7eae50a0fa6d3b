"""The child process that opens one uploaded file: `python -m accounts.intake.inspector KIND FILE OUTPUT`.

It limits its own memory, processor time and file size before it touches the file, so that a bomb or a fault in a
library ends this process and not the server. It gets no configuration, no database and no secret. The answer is one
line of JSON on standard output: {"pages": 3} or {"refused": "…"}. A picture is written anew to OUTPUT; so are the cells
of a book whose KIND is "cells", as JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

MEMORY_BYTES = 768 * 1024 * 1024
CPU_SECONDS = 10
OUTPUT_BYTES = 64 * 1024 * 1024
OPEN_FILES = 64


def main(arguments: list[str]) -> int:
    kind, source, output = arguments
    limit_self()
    print(json.dumps(answer(kind, Path(source), Path(output)), ensure_ascii=True))  # noqa: T201 (the answer)
    return 0


def limit_self() -> None:
    """From here on the system ends this process when it takes too much."""
    for what, limit in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, OUTPUT_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, held = resource.getrlimit(what)
        # A server that already allows less keeps its own limit: raising it is refused.
        lower = limit if held == resource.RLIM_INFINITY else min(limit, held)
        resource.setrlimit(what, (lower, lower))


def answer(kind: str, source: Path, output: Path) -> dict[str, object]:
    """Open the file as what it says it is: pages of a PDF, or why it is refused. Raises ImportError only."""
    from accounts.intake.refusal import Refused

    open_file = _opener(kind)
    try:
        return {"pages": open_file(source, output)}
    except Refused as refusal:
        return {"refused": str(refusal)}
    except MemoryError:
        return {
            "refused": "は、開くのに必要な記憶域が大きすぎます。内容を分けるか、小さくして保存し直してください。"
        }
    except Exception:
        # Libraries raise nearly anything for a file made to break them. Whoever runs the server reads the trace.
        traceback.print_exc()
        return {
            "refused": "は、壊れているため開けません。元のファイルを開いて保存し直し、もう一度添付してください。"
        }


def _opener(kind: str) -> Callable[[Path, Path], int | None]:
    """What opens this kind. Imported here: only what this file needs, and after the limits hold."""
    if kind == "pdf":
        from accounts.intake.opening_pdf import open_pdf

        return lambda source, _: open_pdf(source)
    if kind in {"jpg", "png"}:
        from accounts.intake.opening_images import rewrite_image

        return lambda source, output: rewrite_image(source, kind=kind, to=output)
    if kind == "cells":
        from accounts.intake.opening_cells import write_cells

        return lambda source, output: write_cells(source, to=output)
    from accounts.intake.opening_office import open_office

    return lambda source, _: open_office(source, kind=kind)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
