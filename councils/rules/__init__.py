"""What the ring knows without a database: schedules, the prefecture's table, kinds of members, words for residents."""
