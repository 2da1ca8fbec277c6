"""Reports: a project on paper, as a tagged PDF that says the same as its page."""
