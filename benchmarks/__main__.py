"""`python -m benchmarks`: the heavy pages at two sizes of one town, against plain things in the same run.

Works on a database made for it beside the one of DATABASE_URL. BENCH_ROWS sets the large size (100,000). Exit code 1
when a promised ratio or query count was missed.
"""

from __future__ import annotations

import os
import sys

import django


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    django.setup()
    from benchmarks.report import run

    return run()


if __name__ == "__main__":
    sys.exit(main())
