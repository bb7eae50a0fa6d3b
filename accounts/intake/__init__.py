"""Files that people send in.

`uploads.py` checks and keeps attachments, `serving.py` hands them out again. The file itself is opened in a child
process of its own (`inspector.py` with `opening_pdf.py`, `opening_images.py`, `opening_office.py`), which has little
memory and time; therefore nothing is imported here.
"""
