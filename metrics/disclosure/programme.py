"""Linear programmes over a system of unknowns: how low and how high something can be."""

from __future__ import annotations

import math
from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from metrics.disclosure.unknowns import Unknowns, Values

_PRIMAL = 4
"""The strategy of HiGHS that goes on from the last table of numbers: only the question differs from one to the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extreme:
    """Possible values in which something is lowest, and the price of what holds it back.

    The price of a row of `Unknowns.sums` is by how much it would change if the shown part of that sum were one higher.
    """

    values: Values
    prices: Values


class LinearProgramme:
    """All values that a system of unknowns may have, ready for many questions.

    Each answer starts from the one before, which is many times quicker than starting anew. Not to be shared by threads.
    """

    def __init__(self, system: Unknowns) -> None:
        """Put the system to the solver, which keeps silent."""
        self._system = system
        self._solver = highspy.Highs()
        self._solver.silent()
        # Simplifying such small programmes first takes longer than it saves, and so does a second thread.
        for option, value in (("presolve", "off"), ("threads", 1), ("simplex_strategy", _PRIMAL)):
            self._solver.setOptionValue(option, value)
        self._solver.passModel(_model(system))
        self._reach = math.inf

    def least(self, towards: Values) -> float:
        """Return the lowest that `towards @ values` can be, minus infinity where nothing bounds it."""
        self._within(math.inf)
        if self._run(towards) == highspy.HighsModelStatus.kUnbounded:
            return -math.inf
        return float(self._solver.getInfo().objective_function_value)

    def nearby(self, towards: Values, *, reach: int) -> Extreme:
        """Return where `towards @ values` is lowest, no value further than `reach` from the true one."""
        self._within(reach)
        self._run(towards)
        found = self._solver.getSolution()
        prices = np.array(found.row_dual)[: self._system.sums.shape[0]]
        return Extreme(values=np.array(found.col_value), prices=prices)

    def _within(self, reach: float) -> None:
        if reach == self._reach:
            return
        true, most = self._system.true, self._system.most
        low, high = np.maximum(0, true - reach), np.minimum(most, true + reach)
        self._solver.changeColsBounds(len(true), np.arange(len(true), dtype=np.int32), low, high)
        self._reach = reach

    def _run(self, towards: Values) -> highspy.HighsModelStatus:
        """Solve, and return how it ended: the true values are possible, so only a fault of ours leaves no solution."""
        self._solver.changeColsCost(len(towards), np.arange(len(towards), dtype=np.int32), towards)
        self._solver.run()
        status = self._solver.getModelStatus()
        if status not in {highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kUnbounded}:
            message = f"a linear programme of the disclosure control ended as {status.name}; report it as a defect"
            raise RuntimeError(message)
        return status


def _model(system: Unknowns) -> highspy.HighsLp:
    rows = sparse.vstack([system.sums, system.pairs], format="csr")
    right, no_more = system.sums @ system.true, np.zeros(system.pairs.shape[0])
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = rows.shape
    model.col_lower_ = model.col_cost_ = np.zeros_like(system.true)
    model.col_upper_ = system.most
    model.row_lower_ = np.concatenate([right, np.full_like(no_more, -math.inf)])
    model.row_upper_ = np.concatenate([right, no_more])
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
    return model
