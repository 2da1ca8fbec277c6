"""Cells of one column turned into days, numbers, amounts and words; what cannot be read becomes null."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

YES = ("true", "1", "ja", "yes")
NO = ("false", "0", "nee", "no")

_LOCAL_PATTERNS = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M")
_OFFSET_PATTERNS = ("%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M%#z")
_SPREADSHEET_PATTERN = "%Y-%m-%d %H:%M:%S%.f"
_GROUPED = r"^[+-]?\d{1,3}(\.\d{3})+$"
_CENTS = 2
_MONEY = pl.Decimal(18, _CENTS)
_TOO_MUCH = 10**16


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How cells are to be read.

    `zone` is the IANA zone that instants are turned into local days of. `decimal` is the decimal mark of
    numbers in text. `pattern` is the strptime pattern of days, null for ISO 8601. `typed_source` says that
    numbers and dates of the source were typed and written out by a reader (a spreadsheet, JSON): there a point
    is a decimal mark whatever `decimal` says, and a date cell is understood beside the pattern.
    """

    zone: str
    decimal: str = "."
    pattern: str | None = None
    typed_source: bool = False


def words(cells: pl.Series) -> pl.Series:
    """Text without the spaces around it; blank is null, a float that is whole is written without a point."""
    if cells.dtype.is_float():
        return _float_words(cells)
    text = cells if cells.dtype == pl.String else cells.cast(pl.String)
    return _computed(text, pl.col(text.name).str.strip_chars().replace("", None))


def days(cells: pl.Series, reading: Reading) -> pl.Series:
    """Local days of the programme. An instant with an offset is converted, one without is taken as local."""
    if isinstance(cells.dtype, pl.Datetime):
        local = cells if cells.dtype.time_zone is None else cells.dt.convert_time_zone(reading.zone)
        return local.dt.date()
    text = words(cells)
    if reading.pattern is None:
        return _iso_days(text, reading.zone)
    found = _patterned(text, reading.pattern, reading.zone)
    return _filled(found, text, [_SPREADSHEET_PATTERN], reading.zone) if reading.typed_source else found


def whole_numbers(cells: pl.Series, reading: Reading) -> pl.Series:
    """Whole numbers; 5.0 is one, 5.5 is not. NaN is a missing number."""
    if cells.dtype.is_numeric():
        return _typed_whole_numbers(cells)
    text = words(cells)
    found = text.cast(pl.Int64, strict=False)
    if found.null_count() == text.null_count():
        return found
    plain = _plain(text, reading)
    return plain.str.extract(r"^[+]?(-?\d+)(?:\.0+)?$").cast(pl.Int64, strict=False)


def numbers(cells: pl.Series, reading: Reading) -> pl.Series:
    """Finite numbers; without exponents, currency signs or percent signs."""
    if cells.dtype.is_numeric():
        found = cells.cast(pl.Float64)
        return _computed(found, pl.when(pl.col(found.name).is_finite()).then(pl.col(found.name)))
    return _plain(words(cells), reading).cast(pl.Float64, strict=False)


def amounts(cells: pl.Series, reading: Reading) -> pl.Series:
    """Exact amounts in euros and cents; more decimals than cents are not read, trailing zeros are."""
    if cells.dtype.is_numeric():
        return _typed_amounts(cells)
    plain = _plain(words(cells), reading)
    return plain.str.extract(r"^[+]?(-?\d+(?:\.\d{1,2})?)(?:0*)$").cast(_MONEY, strict=False)


def yes_or_no(cells: pl.Series, _reading: Reading) -> pl.Series:
    """True or false from what people write for them, in Dutch and English; see `YES` and `NO`."""
    meanings = {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}
    return words(cells).str.to_lowercase().replace_strict(meanings, default=None, return_dtype=pl.Boolean)


def blank(cells: pl.Series) -> pl.Series:
    """True where a source says nothing: null, NaN or no more than spaces."""
    if cells.dtype.is_float():
        return _computed(cells, pl.col(cells.name).is_null() | pl.col(cells.name).is_nan())
    return words(cells).is_null() if cells.dtype == pl.String else cells.is_null()


def is_number(cells: pl.Series, reading: Reading) -> pl.Series:
    """True where there is a finite number, whole or not."""
    return numbers(cells, reading).is_not_null()


def _computed(cells: pl.Series, expression: pl.Expr) -> pl.Series:
    return cells.to_frame().select(expression.alias(cells.name)).to_series()


def _float_words(cells: pl.Series) -> pl.Series:
    own = pl.col(cells.name)
    whole = own.cast(pl.Int64, strict=False)
    text = pl.when(whole.cast(cells.dtype) == own).then(whole.cast(pl.String)).otherwise(own.cast(pl.String))
    return _computed(cells, pl.when(own.is_not_nan()).then(text))


def _plain(text: pl.Series, reading: Reading) -> pl.Series:
    """Write numbers with a decimal point and nothing else, null where there is no number."""
    own = pl.col(text.name)
    if reading.decimal == ".":
        return _computed(text, own.str.extract(r"^([+-]?\d+(?:\.\d+)?)$"))
    if reading.typed_source:
        # 12.345 may be twelve and a bit or twelve thousand: nobody can tell here, so nobody guesses.
        plain = pl.when(~own.str.contains(_GROUPED)).then(own.str.extract(r"^([+-]?\d+(?:[.,]\d+)?)$"))
        return _computed(text, plain.str.replace(",", ".", literal=True))
    number = own.str.extract(r"^([+-]?(?:\d+|\d{1,3}(?:\.\d{3})+)(?:,\d+)?)$")
    return _computed(text, number.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True))


def _typed_whole_numbers(cells: pl.Series) -> pl.Series:
    own = pl.col(cells.name)
    found = own.cast(pl.Int64, strict=False)
    if cells.dtype.is_integer():
        return _computed(cells, found)
    return _computed(cells, pl.when(found.cast(cells.dtype) == own).then(found))


def _typed_amounts(cells: pl.Series) -> pl.Series:
    # Polars does not cast to null what has too many digits: it stops.
    own = pl.when(pl.col(cells.name).abs() < _TOO_MUCH).then(pl.col(cells.name))
    if cells.dtype.is_float():
        cents = own * 10**_CENTS
        # A float cannot hold a cent exactly: it counts as cents when it is as near to them as a float gets.
        near = (cents - cents.round()).abs() <= cents.abs() * 2**-50
        return _computed(cells, pl.when(near).then(own.round(_CENTS).cast(_MONEY, strict=False)))
    found = own.cast(_MONEY, strict=False)
    if cells.dtype.is_integer():
        return _computed(cells, found)
    return _computed(cells, pl.when(found.cast(cells.dtype) == own).then(found))


def _iso_days(text: pl.Series, zone: str) -> pl.Series:
    found = text.str.to_date("%Y-%m-%d", strict=False)
    if found.null_count() == text.null_count():
        return found
    joined = text.str.replace(r"^(\S{10}) +", "${1}T")
    return _filled(found, joined, [*_OFFSET_PATTERNS, *_LOCAL_PATTERNS], zone)


def _filled(found: pl.Series, text: pl.Series, patterns: Sequence[str], zone: str) -> pl.Series:
    """Try one pattern after another on what is still null."""
    for pattern in patterns:
        left = pl.DataFrame({"text": text, "found": found}).select(pl.when(pl.col("found").is_null()).then("text"))
        if left.to_series().null_count() == len(left):
            return found
        found = found.fill_null(_patterned(left.to_series(), pattern, zone))
    return found


def _patterned(text: pl.Series, pattern: str, zone: str) -> pl.Series:
    if "z" not in pattern:
        return text.str.to_date(pattern, strict=False)
    found = text.str.to_datetime(pattern, strict=False).dt.convert_time_zone(zone).dt.date()
    # The last second of 9999, which stands for no end, falls in the year 10000 further east: Python has no such day.
    return pl.select(pl.when(found.dt.year().is_between(1, 9999)).then(found)).to_series()
