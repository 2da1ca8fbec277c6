"""Events of the counts that the figures of behaviour are made of: the words that a source must use."""

from __future__ import annotations

from enum import StrEnum


class Event(StrEnum):
    """What happened n times on `happened_on`.

    `contact`: a resident whom we know took the first step to reach us, by whatever channel; `gap_days` tells when
    the same resident came back on the same topic. Contacts that we asked for, such as a call back or a missing
    document, stay out. `contact_unlinked`: such a contact of which nobody can tell whether the resident came back,
    because the resident is not known or the source does not link contacts. It counts among the contacts per 100
    cases, never in the share that came back.

    Forms are booked on the day on which the form was started, whatever the day on which it ended: `form_start`
    (by persons or by sessions, one of the two; without robots and staff), `form_end` (sent in), `form_refused` (a
    right end without sending in, such as "you are not eligible" or "you do not need this"), `form_saved` (a draft
    that can still be taken up again). A started form that is none of these three failed.

    `case`: a case received; no source delivers it, evaluation lays the cases beside the contacts under this name.
    """

    CONTACT = "contact"
    CONTACT_UNLINKED = "contact_unlinked"
    FORM_START = "form_start"
    FORM_END = "form_end"
    FORM_REFUSED = "form_refused"
    FORM_SAVED = "form_saved"
    CASE = "case"


CUSTOMER = "customer"
"""Residents who used a service: what `metrics.coverage` holds invitations and answers against."""

INVITATION = "invitation"
"""Residents who were asked to answer a survey."""
