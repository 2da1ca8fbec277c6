"""Behaviour: what residents did shows whether it was clear to them, also where nobody asked."""

from metrics.estimators.completion import Completion
from metrics.estimators.events import Event
from metrics.estimators.per_hundred import PerHundred
from metrics.estimators.repeat_contact import RepeatContact
from metrics.kpi import Change, Direction, Kpi, Measure, Unit
from metrics.records import Kind

REPEAT_WITHIN_DAYS = 28
"""Default of the field for contacts about a case; a telephone line that measures first call resolution takes 7."""

REPEAT_CONTACT = Kpi(
    name="repeat_contact",
    version=1,
    measure=Measure.CLARITY,
    record=Kind.COUNTS,
    events=(Event.CONTACT.value,),
    estimator=RepeatContact(REPEAT_WITHIN_DAYS),
    unit=Unit.SHARE,
    direction=Direction.DOWN,
    title="Had to come back",
    why="After how many of every 100 contacts the resident had to come back on the same topic within four weeks.",
    population=(
        "All contacts, by whatever channel, of residents whom the source knows. Contacts of the last four weeks are "
        "left out: the resident may still come back. Contacts that we asked for do not count."
    ),
    formula=(
        "Contacts followed by another of the same resident on the same topic within 28 days, the same day included, "
        "divided by all contacts that were followed for 28 days or more."
    ),
    source="Repeat contact on complete follow-up; interval: Wilson score, 95 %.",
    not_for=(
        "Do not use it for one channel alone: who went to another channel looks helped. "
        "Some contacts that repeat are wanted, such as after a reminder."
    ),
    reviewer="Uitkomst",
    history=(Change(version=1, since="2026-11", what="First definition."),),
)

COMPLETION = Kpi(
    name="completion",
    version=1,
    measure=Measure.CLARITY,
    record=Kind.COUNTS,
    events=(
        Event.FORM_START.value,
        Event.FORM_END.value,
        Event.FORM_REFUSED.value,
        Event.FORM_SAVED.value,
    ),
    estimator=Completion(),
    unit=Unit.SHARE,
    direction=Direction.UP,
    title="Forms completed",
    why="How many of every 100 residents who started the form got to a right end.",
    population=(
        "All forms that were started in the period. Drafts that can still be taken up again are left out, with their "
        "number. Robots and our own staff do not count."
    ),
    formula=(
        "Forms sent in, plus forms that rightly ended with the answer that nothing need be sent in, divided by the "
        "forms started without the saved drafts."
    ),
    source="GOV.UK service manual, completion rate; interval: Wilson score, 95 %.",
    not_for="Do not compare forms counted by person with forms counted by session.",
    reviewer="Uitkomst",
    history=(Change(version=1, since="2026-11", what="First definition."),),
)

CONTACTS_PER_HUNDRED = Kpi(
    name="contacts_per_hundred",
    version=1,
    measure=Measure.CLARITY,
    record=Kind.COUNTS,
    events=(Event.CONTACT.value, Event.CONTACT_UNLINKED.value),
    estimator=PerHundred(),
    unit=Unit.PER_HUNDRED,
    direction=Direction.DOWN,
    title="Contacts per 100 applications",
    why="How often residents needed to ask us something, for every 100 applications.",
    population=(
        "All contacts in the period, by whatever channel, and all applications received in it. "
        "Contacts that we asked for do not count."
    ),
    formula="Contacts divided by applications, times 100. One application can bring many contacts.",
    source="Rate; interval: exact limits of a Poisson count (Garwood 1936), 95 %, the number of applications fixed.",
    not_for="Do not use it where contacts of several services cannot be told apart.",
    reviewer="Uitkomst",
    history=(Change(version=1, since="2026-11", what="First definition."),),
)
