"""The kinds, levels and other closed lists of the catalogue, each written once.

Tables, editions, the API and forms all take them from here.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


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


class LanguageUse(models.TextChoices):
    INSTRUCTION = "instruction", _("Instruction")
    PATIENTS = "patients", _("Patients")
    DAILY_LIFE = "daily_life", _("Daily life")


class DeadlineKind(models.TextChoices):
    APPLICATION = "application", _("Apply by")
    NOMINATION = "nomination", _("Nomination by")
    RESULT = "result", _("Result on")
    REGISTRATION = "registration", _("Register by")
    OTHER = "other", _("Other date")


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
    HOME = "home", _("What goes on at home")
    OTHER = "other", _("Other")


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


class CefrLevel(models.TextChoices):
    """Common European Framework of Reference for Languages."""

    A1 = "A1", "A1"
    A2 = "A2", "A2"
    B1 = "B1", "B1"
    B2 = "B2", "B2"
    C1 = "C1", "C1"
    C2 = "C2", "C2"
