"""Handing out kept files. Who may have one is decided by the view, through its selector, before it comes here."""

from __future__ import annotations

from pathlib import Path

from django.http import FileResponse

from accounts.intake.uploads import KINDS, clean_name, open_stored

_CONTENT_TYPES = {kind.content_type for kind in KINDS}
# Pictures were written anew by us. A PDF is as it came, so the browser saves it and does not show it in our pages.
_SHOWN_INLINE = {kind.content_type for kind in KINDS if kind.is_image}


def serve(
    stored_name: str,
    *,
    content_type: str,
    original_name: str,
    inline: bool = False,
    folder: Path | None = None,
) -> FileResponse:
    """The file as a download under its original name; with `inline`, a picture is shown instead.

    Raises StoredFileMissing. Whatever is inside runs nowhere: type fixed, no sniffing, no scripts, no copy in caches.
    """
    known_type = content_type if content_type in _CONTENT_TYPES else "application/octet-stream"
    response = FileResponse(
        open_stored(stored_name, folder=folder),
        as_attachment=not (inline and known_type in _SHOWN_INLINE),
        filename=clean_name(original_name),
        content_type=known_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
