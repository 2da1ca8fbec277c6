"""Notices of a run or a figure in words."""

from __future__ import annotations

from dashboard.wording.words import Words
from metrics.notices import Notice

_NOTICES: dict[str, str] = {
    "rows_not_asked_for": "{file}: {rows} rows were not asked for and were left unread.",
    "not_answered": "{file}: {rows} rows have no answer to {item}.",
    "attribute_not_seen": "{file}: no case has the attribute {attribute}; check its name.",
    "activity_not_seen": "{file}: no case has the event {activity}; check its name.",
    "case_attributes_differ": "{file}: {cases} cases state different things in different rows; the first counts.",
    "suspension_never_told": (
        "The source does not tell how long the clock of the law stood still: "
        "only the days that residents waited are known."
    ),
    "suspension_partly_told": (
        "The source tells of {percent} % of the decided cases how long the clock stood still: "
        "too few to say how the law counts."
    ),
    "rebase_few_points": (
        "The range was drawn anew from {on} on with few months: {points_before} before that day, {points_after} since."
    ),
    "definition_changed": (
        "The wording or the norm behind {name} changed at the source: figures before and after are not compared."
    ),
    "fewer_rows": "This run found {found} rows, the last that read everything found {before}: check what is missing.",
    "rows_gone": "{rows} rows are no longer at the source. They are kept; {all} are missing in all.",
    "compacted": "{rows} rows are of months that were counted and removed. They were left out.",
    "rows_back": "{rows} rows are at the source again.",
    "rows_expected": "The source speaks of {expected} rows, of which we found {found}.",
    "cap_reached": (
        "On {day} Matomo did not give every row: {events} events are in its rest row or missing, and are not "
        "counted. Ask who runs Matomo to raise the limit."
    ),
    "days_without_visits": (
        "From {first} to {last} ({days} days) Matomo counted no visit at all, after days with visits. "
        "Probably nothing was measured."
    ),
    "no_visits_at_all": (
        "From {first} to {last} ({days} days) this site has no visits in Matomo. Is the number of the site right?"
    ),
    "events_not_seen": (
        "In {days} days with visits none of the events under {what} happened. Check the names, and whether "
        "the pages still measure."
    ),
    "events_outside_services": "{events} events are of pages that are not in services, and are not counted.",
    "events_without_name": "{events} events have no name. When visits are counted they cannot be included.",
    "events_of_other_categories": (
        "{events} events are of another category than was set, and are counted all the same. Give them an "
        "action of their own."
    ),
    "answers_not_mapped": ("{events} events in the category of the answers have no value in map, and are not counted."),
    "timezone_differs": (
        "The site in Matomo uses time zone {site}, the programme {programme}. Around midnight a day can differ."
    ),
    "fewer_than_expected": (
        "We may see {found} cases and expect at least {expected}. Check the rights of our application."
    ),
    "zaaktype_without_cases": "We see no case of case type {zaaktype}. Check the rights of our application.",
    "zaaktype_not_found": "Case type {zaaktype} in services is not in the catalogue.",
    "zaaktype_in_several_catalogues": ("Case type {zaaktype} is in more than one catalogue; we count them together."),
    "zaaktype_unmapped": "{cases} cases of case type {zaaktype} are left out: no service belongs to it.",
    "norm_unreadable": (
        "A norm of case type {zaaktype} is not in whole days, weeks, months or years. We do not use it."
    ),
    "result_type_not_found": "Result {name} in outcomes is not in the catalogue.",
    "outcomes_not_told": "The source does not tell results. Withdrawn cases count as decided.",
    "outcome_unknown": "The result of {cases} closed cases is not known.",
    "page_size_cut": "We asked for {asked} cases a page and got {given}.",
    "part_cases_left_out": "{cases} part cases are left out: their main case counts.",
    "suspension_without_days": (
        "{cases} cases are or were suspended, {now} of them now. The source does not say for how long; lead "
        "times are gross."
    ),
    "extension_without_day": "{cases} cases were extended. The source does not say when that was decided.",
    "open_with_result": ("{cases} open cases have a result: reopened, or about to be closed. We count them as open."),
    "channel_unmapped": "{cases} cases came in by channel {channel}, which has no name in channels.",
    "responses_partial": (
        "Survey {survey}: {partial} people started and did not finish, {complete} finished. Only those who "
        "finished count."
    ),
    "response": (
        "Survey {survey}: {participants} participants on the list, {invited} invited, {answered} finished. "
        "LimeSurvey gives no day with these."
    ),
    "survey_not_active": ("Survey {survey} is off or closed: there are no responses to read now. What we had stays."),
    "survey_without_dates": (
        "Survey {survey} keeps no dates. Responses without a day do not count; switch the date stamp on."
    ),
    "codes_not_mapped": (
        "Question {question}: the settings of {column} have no word for {codes}; those answers get none there."
    ),
    "codes_not_in_survey": (
        "Question {question}: {answers} answers have a code that the survey does not know (any more); "
        "{column} stays empty there."
    ),
    "signalen_sees_part": (
        "Our account does not see all categories, so the figures are incomplete. Ask for sia_can_view_all_categories."
    ),
    "signalen_sees_contact_details": (
        "Our account can see the contact details of reporters. That is not needed: take the right away."
    ),
    "signalen_category_unknown": (
        "The setting services names {category}. Signalen has no such category. Check the name."
    ),
    "signalen_categories_left_out": ("{rows} rows are of categories without a service and do not count: {categories}."),
    "signalen_sources_without_channel": (
        "The channel of {rows} rows is unknown: their source is not in channels. {sources}"
    ),
    "signalen_parts_left_out": "{rows} parent or part reports do not count, because they would count twice.",
    "signalen_invitations": (
        "{invited} reporters were asked whether they were satisfied; {answered} answered their last form."
    ),
    "signalen_last_forms_flatter": (
        "We count only the last form of each report. That flatters, because many dissatisfied answers disappear."
    ),
    "signalen_reopened_unknown": (
        "For most reports we do not know whether they were reopened: only the daily zip has all statuses."
    ),
    "signalen_no_right_to_dump": "Our account may not read the daily zip. Ask for sia_signal_report.",
    "signalen_no_dump_today": "Signalen has not made a zip today yet. Its answers come with the next.",
    "signalen_dump_without": "The zip does not hold {file}.",
    "signalen_dump_rows_unread": "{rows} rows of {file} in the zip cannot be read.",
    "rows_a_page_cut": (
        "We asked for {asked} rows at a time; the source gives {answered}. We go on in smaller pieces."
    ),
    "nothing_at_path": ("In {file}, {setting} points to {path}, but no row has anything there. Check the spelling."),
    "contacts_failed": "{contacts} attempts at contact did not succeed. They do not count.",
    "contacts_success_unknown": ("For {contacts} contacts nobody filled in whether they succeeded. They do count."),
    "contacts_unlinked": (
        "{contacts} of {of} contacts belong to no case. Nobody can tell whether the resident came back."
    ),
    "contacts_subjects_unmapped": "{contacts} contacts have a subject type that is not in services.",
    "contact_channel_unmapped": (
        "The channel {channel} ({contacts} contacts) is not in channels. These contacts have no channel now."
    ),
    "channels_unmapped": (
        "{contacts} contacts have an empty or rare channel ({names} different ones) that is not in channels."
    ),
    "tasks_left_out": "{tasks} of {of} internal tasks ask for another action. They were not read.",
    "closing_is_proxy": (
        "For {closings} cases the day of closing is the day of the last change. The source tells no other."
    ),
    "closings_on_one_day": (
        "{closings} of {of} closings fall on {day}. That looks like an import: do not trust those lead times."
    ),
    "requests_cap_reached": "For {file} the source gave no more than {rows} requests. There may be more.",
    "other_services_left_out": ("{rows} rows are about services that the settings do not name. They are left out."),
    "responses_left_out": "Left out: {deleted} deleted, {archived} archived and {flagged} flagged responses.",
    "question_not_recognised": (
        "We cannot tell what question {question} of form {form} asks about. Name it in questions."
    ),
    "options_unknown": (
        "In {responses} responses to form {form} something was ticked that we do not know. It is left out."
    ),
    "driver_both_ways": (
        "On form {form} the same thing was ticked as good and as not good {answers} times. It is left out."
    ),
    "collections_not_published": "{rows} rows belong to quarters that are not published. They are left out.",
    "counts_channel_unmapped": "For {rows} counts we do not know the channel. Name it in channels.",
    "rows_behind_rejected": (
        "Behind the rejected counted rows stand {rows} rows of the source. These rows are not counted."
    ),
    "counts_gone": "{rows} counted rows are no longer at the source, and count no more.",
}


def notice_sentence(words: Words, notice: Notice) -> str:
    """Say a notice; the code itself where nobody has worded it yet."""
    particulars = {
        name: words.number(said) if isinstance(said, int) else said for name, said in notice.particulars.items()
    }
    return words.say(_NOTICES.get(notice.code, notice.code), **particulars)
