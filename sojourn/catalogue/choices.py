"""The kinds, levels and other closed lists of the catalogue, each written once.

Tables, editions, the API and forms all take them from here. The levels of a language are those of
the engine that compares them.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from pydantic_core import CoreSchema, core_schema

from sojourn.engines.language import CEFR_LEVELS

CEFR_CHOICES = [(level, level) for level in CEFR_LEVELS]


class OneOf:
    """The mark of a text that is one of a closed list: `Annotated[str, OneOf(CostItem)]`."""

    def __init__(self, words: Iterable[str], but: Container[str] = ()) -> None:
        self.words = [str(word) for word in words if word not in but]

    def __get_pydantic_core_schema__(self, _kind: Any, _handler: Any) -> CoreSchema:
        return core_schema.literal_schema(self.words)


class Level(models.TextChoices):
    BACHELOR = "bachelor", _("Bachelor")
    MASTER = "master", _("Master")
    BOTH = "both", _("Bachelor and master")


class Certainty(models.TextChoices):
    """How sure a fact is, from the host's own word down to what everybody seems to know."""

    OFFICIAL = "official", _("Official")
    FIRST_HAND = "first_hand", _("First hand")
    SECONDARY = "secondary", _("Secondary source")
    GENERAL_KNOWLEDGE = "general_knowledge", _("General knowledge")
    ESTIMATE = "estimate", _("Estimate")


class PublicationStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class InstitutionKind(models.TextChoices):
    UNIVERSITY = "university", _("University")
    HOSPITAL = "hospital", _("Hospital")
    INSTITUTE = "institute", _("Research institute")


class ContactRole(models.TextChoices):
    COORDINATOR = "coordinator", _("Coordinator")
    HOME_CONTACT = "home_contact", _("Home contact")
    SUPERVISOR = "supervisor", _("Supervisor of an earlier student")
    HOST_COORDINATOR = "host_coordinator", _("Coordinator at the host")
    OFFICE = "office", _("Office")


class Visibility(models.TextChoices):
    PUBLIC = "public", _("Everyone")
    STUDENTS = "students", _("Students who signed in")
    OFFICE = "office", _("The office")


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class OpportunityKind(models.TextChoices):
    COURSES = "courses", _("Courses")
    HALF_MINOR = "half_minor", _("Half minor")
    RESEARCH_INTERNSHIP = "research_internship", _("Research internship")
    CLINICAL_PLACEMENT = "clinical_placement", _("Clinical placement")
    ELECTIVE = "elective", _("Elective")
    SUMMER_SCHOOL = "summer_school", _("Summer school")


WEEKDAYS = tuple(day.name.lower() for day in Weekday)


class LanguageUse(models.TextChoices):
    INSTRUCTION = "instruction", _("Instruction")
    PATIENTS = "patients", _("Patients")
    DAILY_LIFE = "daily_life", _("Daily life")


class HomeBlock(models.TextChoices):
    """A stretch at home that a stay stands in for as a whole."""

    SEMESTER = "semester", _("Semester")
    HALF_MINOR = "half_minor", _("Half minor")


class DeadlineKind(models.TextChoices):
    APPLICATION = "application", _("Apply by")
    NOMINATION = "nomination", _("Nomination by")
    RESULT = "result", _("Result on")
    REGISTRATION = "registration", _("Register by")
    OTHER = "other", _("Other date")


class Keeps(models.TextChoices):
    """What of a day stays the same a year on."""

    WEEKDAY = "weekday", _("The weekday: 52 weeks on")
    DATE = "date", _("Day and month")


class CostItem(models.TextChoices):
    TRAVEL = "travel", _("Travel")
    HOUSING = "housing", _("Housing")
    FOOD = "food", _("Food")
    DAILY_LIFE = "daily_life", _("Daily life")
    FEES = "fees", _("Fees")
    VISA = "visa", _("Visa")
    INSURANCE = "insurance", _("Insurance")
    VACCINATIONS = "vaccinations", _("Vaccinations")
    LANGUAGE_COURSE = "language_course", _("Language course")
    HOME = "home", _("Costs at home that continue")
    OTHER = "other", _("Other")


# What nearly every stay costs something for. Food is not asked for where a line for daily life
# is, because most published figures for daily life include it.
EXPECTED_COSTS = (
    CostItem.TRAVEL, CostItem.HOUSING, CostItem.FOOD, CostItem.DAILY_LIFE, CostItem.INSURANCE,
)  # fmt: skip
# What is paid by the month or week; the rest is paid once, however long the stay.
COSTS_BY_LENGTH = {
    CostItem.HOUSING, CostItem.FOOD, CostItem.DAILY_LIFE, CostItem.INSURANCE, CostItem.HOME,
}  # fmt: skip


class CostPeriod(models.TextChoices):
    MONTH = "month", _("a month")
    WEEK = "week", _("a week")
    ONCE = "once", _("once")


class GrantPays(models.TextChoices):
    """What an amount of a grant is for."""

    MONTH = "month", _("a month of 30 days")
    DAY = "day", _("a day")
    ONCE = "once", _("once")
    AT_MOST = "at_most", _("at most, for which students compete")


class GrantDecision(models.TextChoices):
    """What the answer to a question of a grant decides."""

    GRANT = "grant", _("whether there is a grant")
    AMOUNT = "amount", _("only how much it is")


class GrantCounting(models.TextChoices):
    """How the days of a stay are counted for a grant."""

    DAYS = "days", _("every day of the calendar")
    MONTHS = "months", _("every month as 30 days")


class GrantDays(models.TextChoices):
    """What a grant pays where the days are others than those that were promised."""

    DAYS = "days", _("the days that the student was there")
    NOTHING = "nothing", _("nothing for them")


class GrantStage(models.TextChoices):
    """What waits for a condition of a grant."""

    PAYMENT = "payment", _("before anything is paid")
    REST = "rest", _("before the last part is paid")


class AdviceLevel(models.TextChoices):
    """The colours of the travel advice of the Dutch Ministry of Foreign Affairs."""

    GREEN = "green", _("Green: no special safety risks")
    YELLOW = "yellow", _("Yellow: take care, there are safety risks")
    ORANGE = "orange", _("Orange: travel there only if you must")
    RED = "red", _("Red: do not travel there")


class LearningMeasure(models.TextChoices):
    """Which of the two tables of `engines.language` a figure belongs to."""

    GUIDED_HOURS = "guided_hours", _("Guided hours from nothing to a level")
    CLASS_HOURS = "class_hours", _("Class hours to a working level")


class StepKind(models.TextChoices):
    """What a step before departure is, so that pages can add what they know of it."""

    APPLICATION = "application", _("Application")
    RESULT = "result", _("Result")
    NOMINATION = "nomination", _("Nomination")
    EXAMINERS = "examiners", _("Approval of your courses")
    VISA = "visa", _("Visa")
    VACCINATIONS = "vaccinations", _("Vaccinations")
    LANGUAGE = "language", _("Language course")
    HOUSING = "housing", _("Housing")
    OTHER = "other", _("Other")


class CitizenshipGroup(models.TextChoices):
    """As coarse as visa rules for studying need it."""

    EU = "eu", _("EU, EEA or Switzerland")
    OTHER = "other", _("Another country")


class RatingCriterion(models.TextChoices):
    """What the writer of a report rates from 1 to 5."""

    TEACHING = "teaching", _("Teaching")
    RESEARCH = "research", _("Research")
    HOUSING = "housing", _("Housing")
    CITY = "city", _("City")
    SUPPORT = "support", _("Support")
    LANGUAGE = "language", _("Getting by with the language")


class Pen(models.TextChoices):
    """Who does a step of a road: the one who has the pen."""

    STUDENT = "student", _("the student")
    OFFICE = "office", _("the office")
    BOARD = "board", _("the Board of Examiners")
    HOST = "host", _("the host")


class Gate(models.TextChoices):
    """A point of a road that opens when what it asks for is there."""

    NOMINATION = "nomination", pgettext_lazy("gate", "Nomination")
    AGREEMENT = "agreement", pgettext_lazy("gate", "Agreement")
    DEPARTURE = "departure", pgettext_lazy("gate", "Departure")
    END = "end", pgettext_lazy("gate", "End of the stay")
    RECOGNITION = "recognition", pgettext_lazy("gate", "Recognition")


class DoneBy(models.TextChoices):
    """What happens in Sojourn itself by which a step is done."""

    NOMINATION = "nomination", _("the nomination was sent")
    PROPOSAL = "proposal", _("the student signed the agreement")
    APPROVAL = "approval", _("the agreement was signed for home")
    AGREEMENT = "agreement", _("everybody signed the agreement")
    ARRIVAL = "arrival", _("the arrival was confirmed")
    RETURN = "return", _("the return was confirmed")
    DATES = "dates", _("the host confirmed the days")
    TRANSCRIPT = "transcript", _("the office checked the transcript")
    RECOGNITION = "recognition", _("every course was decided on")
    ENTRY = "entry", _("what was recognised is entered at home")


# There is a page for these: nobody ticks them off by hand.
DONE_ON_A_PAGE = frozenset(
    {DoneBy.AGREEMENT, DoneBy.DATES, DoneBy.TRANSCRIPT, DoneBy.RECOGNITION, DoneBy.ENTRY}
)
COMING_HOME = DONE_ON_A_PAGE - {DoneBy.AGREEMENT}


class ContactWay(models.TextChoices):
    """A way to reach somebody when something happened where they are."""

    MAIL = "mail", _("Mail with a link")
    TEXT = "text", _("Text message")
    PHONE = "phone", _("Call the student")
    CONTACT = "contact", _("Call the emergency contact")
    HOST = "host", _("Ask the host")
    OTHERS = "others", _("Ask other students there")
    EMBASSY = "embassy", _("Ask the embassy")


class Aim(models.TextChoices):
    """What the office aims at for stays, measured from their own log."""

    SIGNED_BEFORE = "signed_before_departure", _("Signed before departure, percent")
    LAST_SIGNATURE = "days_to_last_signature", _("Days from the student's to the last signature")
    OFFICE_SHARE = "office_days", _("Working days of these that the office takes")
    CHANGE_DECIDED = "change_days", _("Days in which a change is decided")
    ARRIVAL_KNOWN = "arrival_known", _("Arrival confirmed, percent")


class CountedFrom(models.TextChoices):
    """From which day of a stay a step is counted."""

    DEPARTURE = "departure", _("the day you travel")
    START = "start", _("the first day at the host")
    END = "end", _("the last day at the host")


class AgreementVariant(models.TextChoices):
    """Which tables and fields an agreement has."""

    STUDIES = "studies", pgettext_lazy("agreement", "Studies")
    TRAINEESHIP = "traineeship", pgettext_lazy("agreement", "Traineeship")
    CLINICAL = "clinical", pgettext_lazy("agreement", "Clinical placement")


class Signer(models.TextChoices):
    """Who signs an agreement: each side once."""

    STUDENT = "student", pgettext_lazy("signs", "The student")
    HOME = "home", pgettext_lazy("signs", "The university at home")
    HOST = "host", pgettext_lazy("signs", "The host")


class SigningOrder(models.TextChoices):
    """Whether one signs after the other."""

    AS_LISTED = "as_listed", _("one after the other, as listed")
    ANY = "any", _("in any order")


class OfficialRecord(models.TextChoices):
    """Where the agreement that counts is kept."""

    HERE = "here", pgettext_lazy("official record", "here")
    ELSEWHERE = "elsewhere", pgettext_lazy("official record", "in another system")
