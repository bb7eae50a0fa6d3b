"""What applicants may send in: the sections of a plan, files, answers, and the start of a new plan."""
