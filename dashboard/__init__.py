"""Everything with a door: the command line, the pages and the reports."""
