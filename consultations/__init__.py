"""The conversation: housing consultation cases of a council's desks (法81条2項).

Decides who may open which case, what may leave it and to whom, and counts what became of it. For counsellors and their
supervisors; residents only book and ask. Nobody reads a case by an office's post: a post at the desk opens it.
"""
