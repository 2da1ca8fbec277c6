"""Flow: cases that come in, go out and wait, how old those are, and how long the clock stood still."""
