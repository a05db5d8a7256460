"""How stays go: agreements signed in time, by road and year, beside the edition's targets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from statistics import median

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.catalogue import insight_rules
from sojourn.catalogue.academic_years import year_of
from sojourn.catalogue.choices import Aim
from sojourn.catalogue.insight_rules import InsightRules, Target
from sojourn.catalogue.models import Road
from sojourn.design.components import Column
from sojourn.engines.small_counts import Share, publish, publish_line, sum_of_shares
from sojourn.mobility.balance import year_name
from sojourn.mobility.stay_logs import StayLog, logs_of_stays, transcript_days
from sojourn.office.insight.presenters.parts import (
    HIDDEN,
    Page,
    Score,
    Section,
    Span,
    count,
    days,
    share_text,
    sum_of,
    table,
)
from sojourn.people.models import User

Logs = Sequence[StayLog]
Judge = Callable[[Logs], Sequence[tuple[int, bool]]]
"""Says of stays whether something happened in time: whose it was, and the answer."""
Measure = Callable[[StayLog], float | None]


def page(reader: User, asked: QueryDict, today: dt.date) -> Page:
    rules = insight_rules.rules()
    logs = logs_of_stays(reader, today)
    span = Span.of((each.year for each in logs), asked)
    title = _("How stays go")
    lead = _("Measured from the log of stays and their agreements, by road and academic year, beside the targets of this edition.")  # fmt: skip  # noqa: E501
    if not span.every:
        return Page(title, lead, empty=_("No stay has a first day yet."))
    roads = [(each.slug, each.name) for each in Road.objects.all()]
    figures = _Figures(logs, span, roads, rules, today)
    latest = min(year_of(today), span.last)
    return Page(
        title,
        lead,
        choices=span.choices,
        is_narrowed=span.is_narrowed,
        sections=figures.sections(),
        scores=figures.scores(latest),
        scores_of=year_name(latest),
    )


class _Figures:
    """The figures of one page: each by road and year, and for all roads."""

    def __init__(
        self,
        logs: Logs,
        span: Span,
        roads: Sequence[tuple[str, str]],
        rules: InsightRules,
        today: dt.date,
    ) -> None:
        self.span, self.rules, self.today = span, rules, today
        self.fewest = rules.fewest_people
        self.cells: dict[tuple[str, int], list[StayLog]] = {}
        for each in logs:
            self.cells.setdefault((each.road, each.year), []).append(each)
        present = {road for road, _year in self.cells}
        self.roads = [(slug, name) for slug, name in roads if slug in present]
        decided = rules.targets.get(Aim.CHANGE_DECIDED)
        self.change_days = decided.value if decided else 14
        self.transcript_days = transcript_days()

    def of(self, road: str, year: int) -> list[StayLog]:
        return self.cells.get((road, year), [])

    # --- What is measured ---

    def signed(self, logs: Logs) -> list[tuple[int, bool]]:
        """Return of each stay with an agreement that should be signed by now whether it was."""
        return [
            (each.student, each.was_signed_before)
            for each in logs
            if each.has_agreement and each.departs_on <= self.today
        ]

    def arrived(self, logs: Logs) -> list[tuple[int, bool]]:
        return [(each.student, each.arrived_on is not None) for each in logs if each.arrival_due]

    def papers(self, logs: Logs) -> list[tuple[int, bool]]:
        return [(each.student, each.transcript_in_time) for each in logs if each.transcript_due]

    def changed(self, logs: Logs) -> list[tuple[int, bool]]:
        """Return of each change that is decided or overdue whether it was decided in time."""
        limit = dt.timedelta(days=self.change_days)
        now = timezone.now()
        return [
            (
                each.student,
                change.decided_at is not None and change.decided_at - change.sent_at <= limit,
            )
            for each in logs
            for change in each.changes
            if change.decided_at is not None or change.sent_at + limit < now
        ]

    def share(self, judged: Sequence[tuple[int, bool]]) -> Share | None:
        if len({student for student, _did in judged}) < self.fewest:
            return None
        return Share.of(sum(did for _student, did in judged), len(judged), self.fewest)

    def share_of_year(self, judge: Judge, year: int) -> Share | None:
        """Add up the roads of a year; those with too few stays count as one, if that is enough."""
        parts: list[Share] = []
        rest: list[tuple[int, bool]] = []
        for road, _name in self.roads:
            judged = judge(self.of(road, year))
            share = self.share(judged)
            if share is None:
                rest += judged
            else:
                parts.append(share)
        together = self.share(rest)
        return sum_of_shares([*parts, together] if together else parts)

    def days(self, logs: Logs, measure: Measure) -> float | None:
        """Return the middle one of some days; None for too few students."""
        found = [(each.student, number) for each in logs if (number := measure(each)) is not None]
        if len({student for student, _number in found}) < self.fewest:
            return None
        return median(number for _student, number in found)

    def days_of_year(self, measure: Measure, year: int) -> float | None:
        return self.days(
            [log for road, _name in self.roads for log in self.of(road, year)], measure
        )

    # --- As sections and scores ---

    def sections(self) -> tuple[Section, ...]:
        return (
            self._begun(),
            self._shares(
                "signed", _("Agreement signed by all before departure"), self.signed,
                _("Of the stays that should have left by now."),
            ),
            self._days(
                "days", _("Days from the student's to the last signature"),
                lambda log: log.days_to_last_signature,
                _("The middle one, of the first version that everybody signed."),
            ),
            self._days(
                "office", _("Working days of these that the office took"),
                lambda log: log.office_days,
                _("From the day on which home was asked to the day on which it signed."),
            ),
            self._shares(
                "changes",
                ngettext(
                    "Changes decided within %(days)d day", "Changes decided within %(days)d days",
                    self.change_days,
                )
                % {"days": self.change_days},
                self.changed, _("Of the changes that are decided, or should be."),
            ),
            self._shares(
                "arrivals", _("Arrival confirmed"), self.arrived,
                _("By the student, the host or the office, of those who have been asked for the last time."),  # noqa: E501
            ),
            self._shares(
                "transcripts",
                ngettext(
                    "Transcript within %(days)d day of the last day",
                    "Transcript within %(days)d days of the last day",
                    self.transcript_days,
                )
                % {"days": self.transcript_days},
                self.papers, _("Of those who are back for longer than that."),
            ),
        )  # fmt: skip

    def _begun(self) -> Section:
        every = self.span.every
        found = [
            [[log.student for log in self.of(road, year)] for year in every]
            for road, _name in self.roads
        ]
        counts = [[len(cell) for cell in row] for row in found]
        people = [[len(set(cell)) for cell in row] + [len(set().union(*row))] for row in found]
        columns = [
            len({student for row in found for student in row[at]}) for at in range(len(every))
        ]
        people.append([*columns, len({one for row in found for cell in row for one in cell})])
        sums = [sum(row[at] for row in counts) for at in range(len(every))]
        line = publish_line(sums, self.fewest, people=people[-1])
        published = publish(
            counts, self.fewest, people=people,
            hidden_columns=line.hidden_columns, keeps_columns=True,
        )  # fmt: skip

        def texts(row: Sequence[int | None], total: int | None) -> list[str]:
            shown = [row[at] for at in self.span.places]
            all_ = sum_of(shown) if self.span.is_narrowed else total
            return [*(count(number) for number in shown), count(all_)]

        return Section(
            "stays",
            table(
                _("Stays"),
                (Column(_("Road")), *self.span.column_titles(), Column(_("All"), numeric=True)),
                [
                    *(
                        (name, *texts(cells, total))
                        for (_slug, name), cells, total in zip(
                            self.roads, published.cells, published.rows, strict=True
                        )
                    ),
                    (_("All roads"), *texts(published.columns, published.total)),
                ],
            ),
        )

    def _shares(self, name: str, title: str, judge: Judge, note: str) -> Section:
        return self._section(
            name, title, note,
            lambda road, year: self._share_text(judge(self.of(road, year))),
            lambda year: share_text(self.share_of_year(judge, year))
            if any(judge(self.of(road, year)) for road, _name in self.roads) else "",
        )  # fmt: skip

    def _share_text(self, judged: Sequence[tuple[int, bool]]) -> str:
        return share_text(self.share(judged)) if judged else ""

    def _days(self, name: str, title: str, measure: Measure, note: str) -> Section:
        def text(logs: Logs) -> str:
            if all(measure(each) is None for each in logs):
                return ""
            found = self.days(logs, measure)
            return HIDDEN if found is None else days(found)

        return self._section(
            name, title, note,
            lambda road, year: text(self.of(road, year)),
            lambda year: text([log for road, _name in self.roads for log in self.of(road, year)]),
        )  # fmt: skip

    def _section(
        self,
        name: str,
        title: str,
        note: str,
        cell: Callable[[str, int], str],
        all_roads: Callable[[int], str],
    ) -> Section:
        return Section(
            name,
            table(
                title,
                (Column(_("Road")), *self.span.column_titles()),
                [
                    *(
                        (road, *(cell(slug, year) for year in self.span.shown))
                        for slug, road in self.roads
                    ),
                    (_("All roads"), *(all_roads(year) for year in self.span.shown)),
                ],
            ),
            note=note,
        )

    def scores(self, year: int) -> tuple[Score, ...]:
        """Hold the figures of one year against the targets of the edition."""
        found = []
        for aim, target in self.rules.targets.items():
            if aim in (Aim.LAST_SIGNATURE, Aim.OFFICE_SHARE):
                found.append(self._days_score(aim, target, year))
            else:
                found.append(self._share_score(aim, target, year))
        return tuple(found)

    def _days_score(self, aim: Aim, target: Target, year: int) -> Score:
        measure: Measure = (
            (lambda log: log.days_to_last_signature)
            if aim == Aim.LAST_SIGNATURE
            else (lambda log: log.office_days)
        )
        found = self.days_of_year(measure, year)
        met = None if found is None else found <= target.value
        wanted = ngettext("at most %(days)d day", "at most %(days)d days", target.value)
        return _score(
            aim, HIDDEN if found is None else days(found), met, wanted % {"days": target.value},
            target,
        )  # fmt: skip

    def _share_score(self, aim: Aim, target: Target, year: int) -> Score:
        judge = {
            Aim.SIGNED_BEFORE: self.signed,
            Aim.CHANGE_DECIDED: self.changed,
            Aim.ARRIVAL_KNOWN: self.arrived,
        }[aim]
        share = self.share_of_year(judge, year)
        if aim == Aim.CHANGE_DECIDED:
            percent = 100
            wanted = ngettext("all within %(days)d day", "all within %(days)d days", target.value)
            wanted = wanted % {"days": target.value}
        else:
            percent = target.value
            wanted = _("at least %(percent)d%%") % {"percent": percent}
        met = share.reaches(percent) if share else None
        return _score(aim, share_text(share), met, wanted, target)


def _score(aim: Aim, text: str, met: bool | None, wanted: str, target: Target) -> Score:
    tone, verdict = {
        True: ("good", _("on target")),
        False: ("warn", _("not on target")),
        None: ("open", _("too few to say")),
    }[met]
    return Score(
        title=str(_AIMS[aim]()),
        text=text,
        tone=tone,
        verdict=verdict,
        target=wanted,
        source=str(target.source.title) if target.source else "",
        source_href=target.source.url if target.source else "",
        is_example=target.is_example,
    )


_AIMS = {
    Aim.SIGNED_BEFORE: lambda: _("Agreement signed before departure"),
    Aim.LAST_SIGNATURE: lambda: _("Days from the student's to the last signature"),
    Aim.OFFICE_SHARE: lambda: _("Working days of these that the office took"),
    Aim.CHANGE_DECIDED: lambda: _("Changes decided in time"),
    Aim.ARRIVAL_KNOWN: lambda: _("Arrival confirmed"),
}
