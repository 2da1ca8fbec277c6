"""Packing: several small columns as one whole number, so that rows can be added up quickly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

_SLOTS_A_ROW = 16
"""Up to so many slots for each row, a slot for every combination is faster than looking combinations up."""

_MOST_SLOTS = 60_000_000
_LARGEST = 2**62
_MOST_IN_32_BITS = 2**31 - 1


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of dates, whole numbers, truths, categories or text.

    Its numbers run from `low`, `size` counts them; where there are nulls, the last stands for those. `dtype` is that of
    the numbers: text is numbered in the order of the alphabet, as an `Enum` of what is in it, and `text` again at last.
    """

    name: str
    dtype: pl.DataType
    low: int
    size: int
    nulls: bool
    text: bool

    def number(self) -> pl.Expr:
        number = _number(self.name, self.dtype).cast(pl.Int64)
        return number.fill_null(self.size - 1 + self.low) if self.nulls else number

    def unpacked(self, numbers: pl.Expr) -> pl.Expr:
        number = numbers + self.low
        known = pl.when(numbers < self.size - 1).then(number) if self.nulls else number
        if isinstance(self.dtype, pl.Categorical | pl.Enum):
            category = known.cast(pl.Series(dtype=self.dtype).to_physical().dtype).cat.to(self.dtype)
            return category.cast(pl.String) if self.text else category
        if isinstance(self.dtype, pl.Date):
            return known.cast(pl.Int32).cast(pl.Date)
        return known.cast(self.dtype)


def _wrapped(number: int) -> int:
    return (number + 2**63) % 2**64 - 2**63


def _number(name: str, dtype: pl.DataType) -> pl.Expr:
    return pl.col(name) if isinstance(dtype, pl.Boolean) else pl.col(name).cast(dtype).to_physical()


def _numbered(column: pl.Series) -> pl.DataType:
    """Return the type by which a column is numbered."""
    if not isinstance(column.dtype, pl.String):
        return column.dtype
    return pl.Enum(column.unique().drop_nulls().sort())


@dataclass(frozen=True, slots=True)
class Packing:
    """How the columns of a frame go into one number, and out of it again."""

    columns: tuple[_Column, ...]

    @classmethod
    def of(cls, rows: pl.DataFrame, names: Sequence[str]) -> Packing | None:
        """Return the packing of columns; None where one cannot be numbered, or the numbers would grow too large."""
        if any(not _packable(rows.schema[name]) for name in names):
            return None
        types = {name: _numbered(rows[name]) for name in names}
        numbers = [_number(name, dtype) for name, dtype in types.items()]
        ends = [
            of(number).cast(pl.Int64).fill_null(0).alias(f"{of.__name__} {at}")
            for of in (pl.Expr.min, pl.Expr.max, pl.Expr.null_count)
            for at, number in enumerate(numbers)
        ]
        found = rows.select(ends).row(0)
        lows, highs, nulls = (found[at : at + len(names)] for at in (0, len(names), 2 * len(names)))
        packing = cls(
            tuple(
                _Column(name, dtype, low, high - low + 1 + bool(empty), bool(empty), dtype != rows.schema[name])
                for (name, dtype), low, high, empty in zip(types.items(), lows, highs, nulls, strict=True)
            )
        )
        return packing if packing.size < _LARGEST else None

    @property
    def size(self) -> int:
        """How many combinations there can be, null included."""
        product = 1
        for column in self.columns:
            product *= column.size
        return product

    def packed(self) -> pl.Expr:
        """Return the number of each row; numbers sort as the columns do, null last."""
        terms, stride, lowest = [], 1, 0
        for column in reversed(self.columns):
            terms.append(column.number() * stride)
            lowest += column.low * stride
            stride *= column.size
        # Numbers wrap around: what is too large on the way is right again once the lowest is taken off.
        return sum(terms[1:], terms[0]) - _wrapped(lowest)

    def unpacked(self, numbers: pl.Series) -> pl.DataFrame:
        """Return the columns that numbers stand for."""
        left, found = pl.lit(numbers), []
        for column in reversed(self.columns):
            found.append(column.unpacked(left % column.size).alias(column.name))
            left = left // column.size
        return _sorted(pl.select(reversed(found)))


def added(rows: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Return `by` and `n`, the sum of whole numbers `n`, for each combination that adds up to more than 0.

    Sorted, null last.
    """
    packing = Packing.of(rows, by)
    if packing is None or rows.is_empty():
        return rows.group_by(by).agg(pl.col("n").sum()).filter(pl.col("n") > 0).sort(by, nulls_last=True)
    packed = rows.select(packing.packed()).to_series()
    numbers = packed.to_numpy()
    starts = _runs(numbers)
    if starts is not None:
        sums = np.add.reduceat(rows["n"].to_numpy(), starts)
        kept = sums > 0
        return packing.unpacked(pl.Series(numbers[starts][kept])).with_columns(n=pl.Series(sums[kept]))
    if packing.size <= _roomy(rows):
        counts = _slots(packing.size, rows, numbers)
        found = np.flatnonzero(counts)
        return packing.unpacked(pl.Series(found)).with_columns(n=pl.Series(counts[found], dtype=pl.Int64))
    summed = rows.select(number=packed, n="n").group_by("number").agg(pl.col("n").sum())
    known = summed.filter(pl.col("n") > 0).sort("number")
    return packing.unpacked(known["number"]).with_columns(known["n"])


def added_apart(rows: pl.DataFrame, by: Sequence[str], *, part: pl.Expr, names: Sequence[str]) -> pl.DataFrame:
    """Return `by` and a column for each of `names`, for each combination that adds up to more than 0.

    `part` says by its number, from 0, to which of the columns the `n` of a row goes. Sorted, null last.
    """
    packing = Packing.of(rows, by)
    if packing is None or rows.is_empty():
        return _grouped_apart(rows, by, part=part, names=names)
    numbers = rows.select(packing.packed()).to_series().to_numpy()
    parts = rows.select(part.cast(pl.Int64)).to_series().to_numpy()
    starts = _runs(numbers)
    if starts is not None:
        n = rows["n"].to_numpy()
        columns = [np.add.reduceat(np.where(parts == number, n, 0), starts) for number in range(len(names))]
        sums, found = np.stack(columns, axis=1), numbers[starts]
    elif packing.size * len(names) <= _roomy(rows):
        sums = _slots(packing.size * len(names), rows, numbers * len(names) + parts).reshape(-1, len(names))
        found = np.arange(packing.size)
    else:
        return _grouped_apart(rows, by, part=part, names=names)
    kept = np.flatnonzero(sums.any(axis=1))
    return packing.unpacked(pl.Series(found[kept])).with_columns(
        pl.Series(name, sums[kept, number], dtype=pl.Int64) for number, name in enumerate(names)
    )


def _grouped_apart(rows: pl.DataFrame, by: Sequence[str], *, part: pl.Expr, names: Sequence[str]) -> pl.DataFrame:
    columns = [pl.col("n").filter(part == number).sum().alias(name) for number, name in enumerate(names)]
    apart = rows.group_by(by).agg(columns)
    return apart.filter(pl.any_horizontal(pl.col(*names) > 0)).sort(by, nulls_last=True)


def _runs(numbers: np.ndarray) -> np.ndarray | None:
    """Return where each run of equal numbers starts; None where the numbers are not sorted."""
    steps = np.diff(numbers)
    return None if (steps < 0).any() else np.flatnonzero(np.concatenate([[1], steps]))


def _sorted(rows: pl.DataFrame) -> pl.DataFrame:
    """Tell that the first column is sorted: its groups need no looking up."""
    first, *_ = rows.columns
    return rows.with_columns(pl.col(first).set_sorted()) if rows[first].null_count() == 0 else rows


def _roomy(rows: pl.DataFrame) -> int:
    return min(_SLOTS_A_ROW * rows.height, _MOST_SLOTS)


def _slots(size: int, rows: pl.DataFrame, places: np.ndarray) -> np.ndarray:
    # Most sums fit in half the room, which is half the work as well.
    counts = np.zeros(size, dtype=np.int32 if int(rows["n"].sum()) <= _MOST_IN_32_BITS else np.int64)
    np.add.at(counts, places, rows["n"].to_numpy().astype(counts.dtype))
    return counts


def _packable(dtype: pl.DataType) -> bool:
    return dtype.is_integer() or isinstance(dtype, pl.Boolean | pl.Date | pl.Categorical | pl.Enum | pl.String)
