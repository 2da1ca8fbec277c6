"""One module for each topic of the reference results: it puts a case into the product's own functions.

A feeder has `TOPIC` (the topic of a file in `tests/reference/`) and `answer(given, asked, folder)`: `given` is the
input of the case, `asked` the shape of what is expected with every value taken out, `folder` where files named in the
input lie. It returns a mapping with the keys that were asked for. A case that it cannot feed is an error, never a
skip. A feeder may have as well:

- `NOT_OURS`: expected keys that the product does not compute, each with the reason;
- `TOLERANCES`: keys with a tolerance field of their own in the case (`bca_bootstrap` has `bootstrap_tolerance`);
- `also_right(path, given, expected, got)`: whether another answer than the expected one is right too, by a rule that
  the reference states itself;
- `accept(case, folder)`: assertions in place of the comparison, for a case that says under `acceptance` which of many
  answers are right.
"""
