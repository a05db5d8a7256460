"""A question goes back and forth, is nobody else's, and nothing of it is sent or kept twice."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable

import pytest
from django.db import connection

from sojourn.advising import links, question_lists, questions
from sojourn.advising.errors import AdvisingError
from sojourn.advising.models import Message, Question, QuestionState
from sojourn.advising.questions import ALLOWED, Asker, QuestionSubject
from sojourn.advising.threads import NewMessage, ThreadChangedError
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.people.models import AuditEvent, OutboxMail, User
from tests.advising.people import coordinator, student

SECRET = "zebra-4711"


def written(text: str = f"May I go to Cuba? {SECRET}") -> NewMessage:
    return NewMessage(text, uuid.uuid4())


def asked(user: User | None = None, email: str = "") -> Question:
    return questions.ask(Asker(user, email, "en"), "Going to Cuba", written())


@pytest.mark.django_db
def test_a_question_waits_for_the_office_and_nobody_has_it_yet() -> None:
    question = asked(student())
    assert question.state == QuestionState.WAITING
    assert question.waiting_since is not None
    assert list(question_lists.waiting(coordinator())) == [question]


@pytest.mark.django_db
def test_an_answer_reaches_the_asker_by_a_mail_that_does_not_say_what_was_written() -> None:
    question = asked(student())
    reply = NewMessage(f"Yes, you may. {SECRET}", uuid.uuid4())
    questions.reply(question, reply, by=coordinator(), becomes="answered", seen=1)
    mail = OutboxMail.objects.get()
    assert mail.to == ["anna.jansen@example.org"]
    assert mail.language == "nl"
    assert f"/nl/questions/{question.pk}/" in str(mail.content)
    assert SECRET not in str(mail.content)
    assert "Cuba" not in str(mail.content) + mail.subject
    question.refresh_from_db()
    assert (question.state, question.waiting_since) == (QuestionState.ANSWERED, None)
    assert question.assignee is not None


@pytest.mark.django_db
def test_somebody_without_an_account_gets_a_link_that_nobody_can_guess() -> None:
    question = asked(email="Bert@Example.org ")
    mail = OutboxMail.objects.get()
    assert mail.to == ["bert@example.org"]
    assert mail.is_secret
    token = links.token_of(question.pk)
    assert token in str(mail.content)
    number = links.number_in(token)
    assert number == question.pk
    assert questions.find_anonymous(question.pk) == question
    assert links.number_in(question.pk.hex) is None
    assert links.number_in(token[:-1] + ("x" if token[-1] != "x" else "y")) is None


@pytest.mark.django_db
def test_no_link_opens_the_question_of_an_account() -> None:
    assert questions.find_anonymous(asked(student()).pk) is None


@pytest.mark.django_db
def test_the_same_form_sent_twice_is_one_question_and_one_message() -> None:
    anna = student()
    once = written()
    first = questions.ask(Asker(anna, "", "en"), "Cuba", once)
    assert questions.ask(Asker(anna, "", "en"), "Cuba", once) == first
    more = written("One more thing")
    assert questions.write_on(first, more, by=anna) == questions.write_on(first, more, by=anna)
    reply = written("Yes")
    carla = coordinator()
    for _time in range(2):
        questions.reply(first, reply, by=carla, becomes="answered", seen=2)
    assert Message.objects.count() == 3
    assert OutboxMail.objects.filter(to=["anna.jansen@example.org"]).count() == 1


@pytest.mark.django_db
def test_nobody_gets_at_a_question_by_sending_its_form_again() -> None:
    once = written()
    questions.ask(Asker(student(), "", "en"), "Cuba", once)
    bert = student("bert@example.org")
    with pytest.raises(AdvisingError):
        questions.ask(Asker(bert, "", "en"), "Cuba", once)
    assert not question_lists.questions_of(bert).exists()


@pytest.mark.django_db
def test_the_second_of_two_answers_is_told_of_the_first() -> None:
    question = asked(student())
    questions.reply(question, written("Yes"), by=coordinator(), becomes="answered", seen=1)
    with pytest.raises(ThreadChangedError):
        questions.reply(
            question, written("No"), by=coordinator("dirk@example.org"), becomes="answered", seen=1
        )
    assert question.messages.count() == 2


@pytest.mark.django_db
def test_writing_on_opens_a_settled_question_and_tells_whoever_looks_after_it() -> None:
    anna, carla = student(), coordinator()
    question = asked(anna)
    questions.reply(question, written("Yes"), by=carla, becomes="answered", seen=1)
    questions.close_question(question, by=anna)
    questions.write_on(question, written("But when?"), by=anna)
    question.refresh_from_db()
    assert question.state == QuestionState.WAITING
    told = OutboxMail.objects.filter(key__startswith="question-message:", to=[carla.email])
    assert told.count() == 1


@pytest.mark.django_db
def test_a_question_that_waits_keeps_its_place_in_line_when_more_is_written() -> None:
    anna = student()
    question = asked(anna)
    questions.write_on(question, written("And one thing more"), by=anna)
    since = question.waiting_since
    question.refresh_from_db()
    assert question.waiting_since == since


def _do(name: str, question: Question, anna: User, carla: User) -> None:
    seen = question.messages.count()
    moves: dict[str, Callable[[], object]] = {
        "waiting": lambda: questions.reopen_question(question, by=carla),
        "asked_back": lambda: questions.reply(
            question, written("Which year?"), by=carla, becomes="asked_back", seen=seen
        ),
        "answered": lambda: questions.reply(
            question, written("Yes"), by=carla, becomes="answered", seen=seen
        ),
        "closed": lambda: questions.close_question(question, by=anna),
    }
    moves[name]()


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("start", QuestionState.values)
@pytest.mark.parametrize("to", QuestionState.values)
def test_every_change_of_the_table_happens(start: str, to: str) -> None:
    anna, carla = student(), coordinator()
    question = asked(anna)
    _do(start, question, anna, carla)
    question.refresh_from_db()
    assert question.state == start
    _do(to, question, anna, carla)
    question.refresh_from_db()
    # What the office writes in a settled question opens it again first.
    assert question.state == to
    assert to == start or to in ALLOWED[start] or start == "closed"
    assert (question.waiting_since is not None) == (to == "waiting")


@pytest.mark.django_db
def test_the_office_hears_of_a_question_that_is_nobodys_once_an_hour() -> None:
    carla, dirk = coordinator(), coordinator("dirk@example.org", language="nl")
    gone = coordinator("gone@example.org")
    gone.is_active = False
    gone.save()
    question = asked(student())
    asked(email="bert@example.org")
    questions.write_on(question, written(), by=question.asker)
    waiting = OutboxMail.objects.filter(key__startswith="question-waits:")
    assert sorted(mail.to[0] for mail in waiting) == [carla.email, dirk.email]
    assert waiting.get(to=[dirk.email]).language == "nl"
    for mail in waiting:
        told = mail.subject + str(mail.content)
        assert "/office/questions/?assigned=nobody" in told
        for secret in (SECRET, "Cuba", "anna", "bert", "Jansen"):
            assert secret not in told


@pytest.mark.django_db
def test_once_somebody_looks_after_it_only_they_hear_of_more() -> None:
    question = asked(student())
    carla, dirk = coordinator(), coordinator("dirk@example.org")
    questions.assign(question, by=carla, to=carla)
    questions.write_on(question, written(), by=question.asker)
    assert OutboxMail.objects.filter(to=[carla.email]).count() == 1
    assert not OutboxMail.objects.filter(to=[dirk.email]).exists()


@pytest.mark.django_db
def test_when_whoever_looked_after_it_has_left_the_others_hear() -> None:
    question = asked(student())
    carla, dirk = coordinator(), coordinator("dirk@example.org")
    questions.assign(question, by=carla, to=carla)
    carla.is_active = False
    carla.save()
    questions.write_on(question, written(), by=question.asker)
    assert OutboxMail.objects.get().to == [dirk.email]


@pytest.mark.django_db
def test_who_takes_it_on_is_told_unless_they_did_it_themselves() -> None:
    question = asked(student())
    carla, dirk = coordinator(), coordinator("dirk@example.org")
    questions.assign(question, by=carla, to=carla)
    assert not OutboxMail.objects.filter(to=[carla.email]).exists()
    questions.assign(question, by=carla, to=dirk)
    assert OutboxMail.objects.filter(to=[dirk.email]).count() == 1
    with pytest.raises(AdvisingError):
        questions.assign(question, by=carla, to=student("bert@example.org"))


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "  \n ", "x" * 5001])
def test_what_is_empty_or_endless_is_not_sent(text: str) -> None:
    with pytest.raises(AdvisingError):
        questions.ask(Asker(student(), "", "en"), "Cuba", NewMessage(text, uuid.uuid4()))
    assert not Question.objects.exists()


@pytest.mark.django_db
def test_the_eleventh_question_of_a_day_is_kindly_refused() -> None:
    for _number in range(questions.MOST_A_DAY):
        asked(email="bert@example.org")
    with pytest.raises(AdvisingError):
        asked(email="BERT@example.org")
    asked(email="somebody.else@example.org")


@pytest.mark.django_db
def test_the_trail_holds_nothing_that_was_written() -> None:
    anna = student()
    question = asked(anna)
    questions.reply(question, written(SECRET), by=coordinator(), becomes="answered", seen=1)
    trail = str(list(AuditEvent.objects.values_list("action", "details", "object_id")))
    assert SECRET not in trail
    assert "Cuba" not in trail
    assert "question.replied" in trail


def test_a_question_knows_what_it_is_about(leiden: Snapshot) -> None:
    about = QuestionSubject("guide", "costs")
    question = questions.ask(Asker(student(), "", "en"), "Costs", written(), about)
    assert questions.subject_of(question) == about
    other = questions.ask(
        Asker(student("b@example.org"), "", "en"),
        "x",
        written(),
        QuestionSubject("guide", "no-such"),
    )
    assert questions.subject_of(other) is None


@pytest.mark.django_db
def test_words_are_found_in_messages_subjects_and_names() -> None:
    anna = student()
    question = asked(anna)
    asked(email="bert@example.org")
    reader = coordinator()
    for words in ("cuba jansen", "zebra anna", "GOING anna.jansen@"):
        found = question_lists.matching(question_lists.all_questions(reader), words)
        assert list(found) == [question]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_two_coordinators_who_answer_at_once_one_is_told() -> None:
    question = asked(student())
    people = [coordinator(f"c{number}@example.org") for number in range(4)]
    start = threading.Barrier(len(people))
    told: list[str] = []

    def answer(who: User) -> None:
        start.wait()
        try:
            questions.reply(question, written("Yes"), by=who, becomes="answered", seen=1)
        except ThreadChangedError as error:
            told.append(error.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=answer, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == len(people) - 1
    assert question.messages.count() == 2
