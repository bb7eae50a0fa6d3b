"""The child process that opens one uploaded file: `python -m certification.intake.inspector KIND FILE OUTPUT`.

It limits its own memory, processor time and file size before it touches the file, so that a bomb or a fault in a
library ends this process and not the server. It gets no configuration, no database and no secret. The answer is one
line of JSON on standard output: {"pages": 3} or {"refused": "…"}. A picture is written anew to OUTPUT.
"""

from __future__ import annotations

import json
import resource
import sys
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
        resource.setrlimit(what, (limit, limit))


def answer(kind: str, source: Path, output: Path) -> dict[str, object]:
    """Open the file as what it says it is: pages of a PDF, or why it is refused."""
    from certification.intake.refusal import Refused

    try:
        return {"pages": _open(kind, source, output)}
    except Refused as refusal:
        return {"refused": str(refusal)}
    except MemoryError:
        return {"refused": "は、開くのに必要な記憶域が大きすぎます。内容を分けるか、小さくして保存し直してください。"}


def _open(kind: str, source: Path, output: Path) -> int | None:
    # Imported here: only what this file needs, and after the limits hold.
    if kind == "pdf":
        from certification.intake.opening_pdf import open_pdf

        return open_pdf(source)
    if kind in {"jpg", "png"}:
        from certification.intake.opening_images import rewrite_image

        rewrite_image(source, kind=kind, to=output)
        return None
    from certification.intake.opening_office import open_office

    open_office(source, kind=kind)
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
