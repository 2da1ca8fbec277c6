"""All calculations of effect, in the order from weak designs to strong ones."""

from dashboard.calculations import before_after, interruptions, panels, pilots

METHODS = (*before_after.METHODS, *interruptions.METHODS, *panels.METHODS, *pilots.METHODS)
