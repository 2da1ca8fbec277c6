"""All calculations about funding, in the order from a result to what is paid for it."""

from dashboard.calculations import achievements, costs, payments

METHODS = (*achievements.METHODS, *costs.METHODS, *payments.METHODS)
