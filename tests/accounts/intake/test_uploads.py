"""What is taken in is safe to keep; what is not is refused with a sentence, in bounded time, and nothing stays behind."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import random
import re
import resource
import stat
import tempfile
import time
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from accounts.intake import inspector, uploads
from accounts.intake.uploads import (
    MAX_BYTES,
    Checked,
    InspectionFailed,
    StoredFileMissing,
    UploadRefused,
    clean_name,
    discard,
    inspect,
    open_stored,
    store,
    sweep_orphans,
)
from tests.accounts.intake import samples

JAPAN = dt.timezone(dt.timedelta(hours=9))


def check(content: bytes, name: str, *, size: int | None = None) -> Checked:
    return inspect(io.BytesIO(content), name=name, size=len(content) if size is None else size)


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which uploads are opened, to see that nothing stays in it."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


# --- Good files ---


def test_pdf_is_kept_byte_for_byte() -> None:
    raw = samples.pdf(pages=3)

    checked = check(raw, "配置図.pdf")

    assert checked.content == raw
    assert (checked.pages, checked.size, checked.content_type) == (3, len(raw), "application/pdf")
    assert checked.sha256 == hashlib.sha256(raw).hexdigest()
    assert checked.name == "配置図.pdf"


def test_pdf_at_the_limit_of_pages() -> None:
    assert check(samples.pdf(pages=300), "a.PDF").pages == 300


@pytest.mark.parametrize(("name", "make"), [("a.xlsx", samples.workbook), ("a.docx", samples.office)])
def test_office_file_is_kept_byte_for_byte(name, make) -> None:
    raw = make()
    checked = check(raw, name)
    assert (checked.content, checked.pages, checked.extension) == (raw, None, name[-4:])


def test_picture_is_written_anew_upright_and_without_its_notes() -> None:
    raw = samples.photo_with_place()
    assert b"CAMERA-CANARY" in raw
    assert b"COMMENT-CANARY" in raw

    checked = check(raw, "現地.JPEG")

    assert b"CANARY" not in checked.content
    with Image.open(io.BytesIO(checked.content)) as kept:
        assert kept.size == (40, 60)
        assert not kept.getexif()
        assert kept.format == "JPEG"
    assert (checked.extension, checked.size) == ("jpg", len(checked.content))
    assert check(raw, "b.jpg").sha256 == checked.sha256, "the same picture has the same fingerprint"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_png_of_every_kind(mode) -> None:
    checked = check(samples.picture("PNG", mode=mode), "a.png")
    with Image.open(io.BytesIO(checked.content)) as kept:
        assert (kept.format, kept.size, kept.mode) == ("PNG", (60, 40), mode)


def test_what_hides_behind_a_picture_is_gone() -> None:
    checked = check(samples.picture() + b"<script>alert(1)</script>", "a.jpg")
    assert b"script" not in checked.content


@pytest.mark.slow
def test_largest_picture_fits_in_the_memory_of_the_child() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    for mode in ("RGB", "CMYK"):
        checked = check(samples.picture(size=(8_000, 6_250), mode=mode, exif=exif), "a.jpg")
        with Image.open(io.BytesIO(checked.content)) as kept:
            assert kept.size == (6_250, 8_000)


def test_upload_that_was_read_before_is_read_from_its_start() -> None:
    upload = io.BytesIO(samples.pdf())
    upload.read(100)
    assert inspect(upload, name="a.pdf", size=len(samples.pdf())).pages == 1


# --- Hostile and broken files ---


def test_corpus_is_as_large_as_promised() -> None:
    assert len(samples.HOSTILE) >= 55


@pytest.mark.parametrize("case", samples.HOSTILE)
def test_hostile_file_is_refused_with_a_sentence(case, scratch) -> None:
    name, make, word = samples.HOSTILE[case]
    content = make()
    started = time.monotonic()

    with pytest.raises(UploadRefused) as refusal:
        check(content, name)

    text = str(refusal.value)
    assert word in text
    assert text.startswith(f"「{clean_name(name)}」"), "the sentence names the file"
    assert re.search(r"(ください|まで)(です)?。$", text), "the sentence ends with how to mend it"
    assert not re.search(r"Traceback|Error|None|\{|\}", text)
    assert list(scratch.iterdir()) == []
    assert time.monotonic() - started < 15


def test_control_the_hostile_pdfs_open_when_their_bite_is_taken_out() -> None:
    """The samples are refused for what they do, not because they are badly made."""
    assert check(samples.pdf_with_packed_object(b"<< /S /GoTo /D [3 0 R /Fit] >>"), "a.pdf").pages == 1
    assert check(samples.pdf(catalog=b"/OpenAction << /S /GoTo /D [3 0 R /Fit] >>"), "a.pdf").pages == 1
    assert check(
        samples.office(parts=(("word/_rels/a.rels", samples.relation("hyperlink", "http://example.jp/")),)),
        "a.docx",
    )
    assert check(samples.office(parts=(("word/a.xml", "<a/>"), ("word/b.xml", "<b/>"))), "a.docx")
    with pypdfium2.PdfDocument(
        samples.pdf_with_packed_object(b"<< /S /JavaScript /JS (app.alert(1)) >>")
    ) as document:
        assert len(document) == 1


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        ("pdf", lambda: samples.pdf_with_packed_object(b"<< /S /GoTo /D [3 0 R /Fit] >>")),
        ("jpg", samples.photo_with_place),
        ("png", lambda: samples.picture("PNG", mode="P")),
        ("xlsx", samples.workbook),
        ("docx", samples.office),
    ],
)
def test_damage_anywhere_is_never_a_fault_of_ours(kind, make, tmp_path) -> None:
    """Bytes changed, cut and doubled at chance: each file is taken or refused, no other exception comes out."""
    chance = random.Random(20261122)
    whole, source = make(), tmp_path / "source"
    outcomes: set[str] = set()
    for _ in range(300):
        source.write_bytes(_damaged(whole, chance))
        outcome = inspector.answer(kind, source, tmp_path / "output")
        outcomes.update(outcome)
    assert "refused" in outcomes


def _damaged(whole: bytes, chance: random.Random) -> bytes:
    raw = bytearray(whole)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(raw))
        how = chance.randrange(4)
        if how == 0:
            raw[place] = chance.randrange(256)
        elif how == 1:
            raw[place] ^= 1 << chance.randrange(8)
        elif how == 2:
            raw[place:place] = raw[place : place + chance.randrange(40)]
        elif chance.random() < 0.2:
            del raw[max(place, 1) :]
        else:
            del raw[place : place + chance.randrange(20)]
        if not raw:
            return whole[:1]
    return bytes(raw)


def test_one_byte_over_the_limit() -> None:
    with pytest.raises(UploadRefused, match="20MBを超えています"):
        check(b"%PDF-" + b"0" * (MAX_BYTES - 4), "a.pdf")


def test_said_size_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(UploadRefused, match="20MBを超えています"):
        inspect(_Unreadable(), name="a.pdf", size=MAX_BYTES + 1)


def test_counted_bytes_decide_not_the_said_size() -> None:
    with pytest.raises(UploadRefused, match="20MBを超えています"):
        check(b"%PDF-" + b"0" * MAX_BYTES, "a.pdf", size=10)


@pytest.mark.parametrize("said", [1, 10_000])
def test_other_length_than_said_was_cut_off(said) -> None:
    with pytest.raises(UploadRefused, match="途中で切れました"):
        check(samples.pdf(), "a.pdf", size=said)


class _Unreadable(io.BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        raise AssertionError("must not be read")


# --- The limits of the child process ---


def test_child_that_takes_too_much_memory_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _run_instead(monkeypatch, tmp_path, "x = bytearray(4 * 1024 ** 3)")
    with pytest.raises(UploadRefused, match="記憶域が大きすぎます"):
        check(samples.pdf(), "a.pdf")


def test_child_that_computes_for_ever_is_ended_by_its_limit(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _run_instead(monkeypatch, tmp_path, "while True: pass", limits="inspector.CPU_SECONDS = 1")
    with pytest.raises(UploadRefused, match="安全に開けませんでした"):
        check(samples.pdf(), "a.pdf")


def test_child_that_sleeps_for_ever_is_ended_by_the_clock(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _run_instead(monkeypatch, tmp_path, "import time; time.sleep(60)")
    monkeypatch.setattr(uploads, "WALL_SECONDS", 1)
    started = time.monotonic()
    with pytest.raises(UploadRefused, match="安全に開けませんでした"):
        check(samples.pdf(), "a.pdf")
    assert time.monotonic() - started < 10


def test_child_that_crashes_does_not_take_the_server_down(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _run_instead(monkeypatch, tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    with pytest.raises(UploadRefused, match="安全に開けませんでした"):
        check(samples.pdf(), "a.pdf")


def test_fault_of_ours_is_not_told_as_a_fault_of_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _run_instead(monkeypatch, tmp_path, "raise ImportError('library missing')", in_our_code=True)
    with pytest.raises(InspectionFailed, match="library missing"):
        check(samples.pdf(), "a.pdf")


def test_odd_exception_of_a_library_is_a_sentence_and_a_log(monkeypatch, tmp_path, caplog) -> None:
    _run_instead(monkeypatch, tmp_path, "raise KeyError('odd fault')")
    with pytest.raises(UploadRefused, match="壊れているため開けません"):
        check(samples.pdf(), "a.pdf")
    assert "odd fault" in caplog.text


@pytest.mark.parametrize("turn", range(1, 9))
def test_picture_stands_upright(turn) -> None:
    """A picture with a dark corner at the top left, stored in each of the eight ways, comes out the same."""
    upright = Image.new("RGB", (60, 40), "white")
    upright.paste("black", (0, 0, 20, 10))
    exif = Image.Exif()
    exif[0x0112] = turn
    stored = upright if turn == 1 else upright.transpose(_STORED[turn])
    out = io.BytesIO()
    stored.save(out, "PNG", exif=exif)

    with Image.open(io.BytesIO(check(out.getvalue(), "a.png").content)) as kept:
        assert kept.tobytes() == upright.tobytes()
        assert not kept.getexif()


# What a camera did to the upright picture before it wrote the note: the inverse of what sets it upright.
_STORED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def test_child_gets_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SECRET_KEY", "secret-canary")
    _run_instead(
        monkeypatch, tmp_path, "import os; raise RuntimeError(repr(dict(os.environ)))", in_our_code=True
    )
    with pytest.raises(InspectionFailed) as failure:
        check(samples.pdf(), "a.pdf")
    assert "secret-canary" not in str(failure.value)


def test_memory_of_the_server_stays_small_beside_a_bomb() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UploadRefused):
        check(samples.png_header(50_000, 50_000), "a.png")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000, "KiB"


def _run_instead(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    body: str,
    *,
    limits: str = "pass",
    in_our_code: bool = False,
) -> None:
    """Let the child, under its real limits, do something bad in place of opening the file."""
    python = tmp_path / "python"
    program = tmp_path / "child.py"
    program.write_text(
        "import sys\n"
        f"sys.path.insert(0, {str(uploads._PROJECT)!r})\n"
        "from accounts.intake import inspector\n"
        f"{limits}\n"
        f"def bad(*_):\n    {body}\n"
        f"inspector._opener = {'bad' if in_our_code else 'lambda kind: bad'}\n"
        "sys.exit(inspector.main(sys.argv[3:]))\n"
    )
    python.write_text(f'#!/bin/sh\nexec {os.sys.executable} {program} "$@"\n')  # type: ignore[attr-defined]
    python.chmod(0o700)
    monkeypatch.setattr(uploads.sys, "executable", str(python))


def test_limits_are_the_promised_ones() -> None:
    assert inspector.MEMORY_BYTES <= 768 * 1024 * 1024
    assert inspector.CPU_SECONDS == 10


# --- Names ---


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("間取図.pdf", "間取図.pdf"),
        ("C:\\Users\\花子\\間取図.pdf", "間取図.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("plan\u202efdp.exe", "planfdp.exe"),
        ("\ufeff\u200ba.pdf", "a.pdf"),
        (".htaccess", "htaccess"),
        ("a.pdf. .", "a.pdf"),
        ("", "名前のないファイル"),
        ("..", "名前のないファイル"),
        ("/", "名前のないファイル"),
        ("\ud800a.pdf", "a.pdf"),
        ("神社の髙﨑𠮷.pdf", "神社の髙﨑𠮷.pdf"),
        ("辻\U000e0100.pdf", "辻\U000e0100.pdf"),
    ],
)
def test_clean_name(given, shown) -> None:
    assert clean_name(given) == shown


def test_long_name_keeps_its_extension_and_whole_letters() -> None:
    shown = clean_name("𠮷" * 255 + ".pdf")
    assert len(shown.encode()) <= 255
    assert shown.endswith("𠮷.pdf")
    assert len(clean_name("輪" * 200).encode()) == 255
    assert len(clean_name("a." + "b" * 400).encode()) == 255


# --- Keeping ---


@pytest.fixture
def checked() -> Checked:
    raw = samples.pdf()
    return Checked(
        name="間取図.pdf", content_type="application/pdf", extension="pdf", pages=1, size=len(raw),
        sha256=hashlib.sha256(raw).hexdigest(), content=raw,
    )  # fmt: skip


def test_stored_under_a_random_name_and_read_back(checked, tmp_path) -> None:
    folder = tmp_path / "media" / "documents"

    first, second = store(checked, folder=folder), store(checked, folder=folder)

    assert first != second
    assert re.fullmatch(r"[0-9a-f]{40}", first)
    assert stat.S_IMODE((folder / first).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    with open_stored(first, folder=folder) as stream:
        assert stream.read() == checked.content


def test_default_folder_is_in_the_media_folder(checked, tmp_path, settings) -> None:
    settings.MEDIA_ROOT = tmp_path
    stored_name = store(checked)
    assert (tmp_path / "documents" / stored_name).is_file()


def test_failed_write_leaves_nothing(checked, tmp_path, monkeypatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(uploads.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store(checked, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["", "../secret", "a" * 40 + "/..", "A" * 40, "g" * 40, "0" * 39, "0" * 40])
def test_other_names_open_nothing(name, tmp_path) -> None:
    (tmp_path.parent / "secret").write_text("x")
    with pytest.raises(StoredFileMissing):
        open_stored(name, folder=tmp_path)


def test_discard_removes_and_does_not_mind_twice(checked, tmp_path) -> None:
    stored_name = store(checked, folder=tmp_path)
    discard(stored_name, folder=tmp_path)
    discard(stored_name, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_sweep_removes_old_orphans_only(checked, tmp_path) -> None:
    known, orphan, fresh = (store(checked, folder=tmp_path) for _ in range(3))
    stranger = tmp_path / "README"
    stranger.write_text("not ours")
    moment = dt.datetime(2026, 11, 22, 12, tzinfo=JAPAN)
    for path in (tmp_path / known, tmp_path / orphan, stranger):
        os.utime(path, (moment.timestamp() - 60, moment.timestamp() - 60))
    os.utime(tmp_path / fresh, (moment.timestamp() + 60, moment.timestamp() + 60))

    assert sweep_orphans({known}, older_than=moment, folder=tmp_path) == 1
    assert {path.name for path in tmp_path.iterdir()} == {known, fresh, "README"}
    assert sweep_orphans(set(), older_than=moment, folder=tmp_path / "none") == 0
