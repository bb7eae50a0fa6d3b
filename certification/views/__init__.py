"""Pages: load through a selector, bind one form, call one service, render or redirect. No queries, no rules."""
