"""How large a table may be. The prefecture's has some hundred rows and twenty columns."""

from __future__ import annotations

MAX_ROWS = 5_000
MAX_COLUMNS = 100
MAX_CELLS = 100_000
MAX_CELL = 32_767
"""Characters in one cell: Excel's own limit."""

MAX_PARTS = 1_000
MAX_UNPACKED_BYTES = 40 * 1024 * 1024
# A book of text shrinks to a tenth, a very regular one to a hundredth; a bomb to a thousandth.
MAX_RATIO = 150
RATIO_COUNTS_FROM_BYTES = 2 * 1024 * 1024
