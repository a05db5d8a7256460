"""Answer once: what was said to one is there for everybody, without that one."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from django.utils import timezone

from sojourn.advising import publishing, questions
from sojourn.advising.errors import AdvisingError
from sojourn.advising.models import Message
from sojourn.advising.publishing import AnswerDraft, TracesLeftError
from sojourn.advising.questions import Asker, QuestionSubject
from sojourn.advising.threads import NewMessage
from sojourn.catalogue.likely import likely_answers
from sojourn.catalogue.models import PublishedAnswer
from sojourn.catalogue.snapshot.service import refresh_snapshot
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.common.translated_fields import text_of
from sojourn.people.models import User
from tests.advising.people import coordinator, student

PLACE = "half-minor-edinburgh"


def answered(anna: User, carla: User) -> Message:
    question = questions.ask(
        Asker(anna, "", "nl"), "Mag mijn hond mee?", NewMessage("Ik heb een hond.", uuid.uuid4())
    )
    return questions.reply(
        question, NewMessage("Nee.", uuid.uuid4()), by=carla, becomes="answered", seen=1
    )


def draft(owner: User, **more: str) -> AnswerDraft:
    texts = {
        "question_en": "May I bring a dog?",
        "question_nl": "Mag ik een hond meenemen?",
        "text_en": "No. The student rooms in Edinburgh take no **animals**.",
        "text_nl": "Nee. In de studentenkamers van Edinburgh mogen geen **dieren**.",
    } | more
    return AnswerDraft(
        question=text_of(texts, "question"),
        text=text_of(texts, "text"),
        page=QuestionSubject("opportunity", PLACE),
        owner=owner,
        review_on=timezone.localdate() + dt.timedelta(days=100),
    )


def publish(message: Message, wanted: AnswerDraft, *looked_at: str) -> PublishedAnswer:
    return publishing.publish_answer(
        message, wanted, by=wanted.owner, looked_at=frozenset(looked_at)
    )


@pytest.mark.slow
def test_it_is_on_its_page_and_in_the_search_and_offered_to_the_next_who_asks(
    leiden: Snapshot,
) -> None:
    carla = coordinator()
    answer = publish(answered(student(), carla), draft(carla))
    snapshot = refresh_snapshot()
    (shown,) = snapshot.records.answers_on("opportunity", PLACE)
    assert shown.slug == answer.slug
    assert "<strong>animals</strong>" in shown.html["en"]
    found = likely_answers(snapshot, "kan ik mijn hond meenemen naar edinburgh", None, "nl")
    assert found[0].advice.anchor["en"] == f"answer-{answer.slug}"
    wanted = snapshot.search.opportunities.understand("dieren")
    numbers = snapshot.search.opportunities.search(wanted).documents.tolist()
    assert PLACE in [list(snapshot.records.opportunities)[number] for number in numbers]


def test_published_twice_it_is_there_once(leiden: Snapshot) -> None:
    carla = coordinator()
    message = answered(student(), carla)
    assert publish(message, draft(carla)) == publish(message, draft(carla, text_en="Other"))
    assert PublishedAnswer.objects.count() == 1


def test_the_name_of_the_asker_is_not_published_unless_somebody_looked(leiden: Snapshot) -> None:
    carla = coordinator()
    message = answered(student(), carla)
    named = draft(carla, text_en="No, Anna, you may not.")
    with pytest.raises(TracesLeftError) as left:
        publish(message, named)
    assert [trace.text for trace in left.value.found] == ["Anna"]
    assert not PublishedAnswer.objects.exists()
    publish(message, named, "Anna")


def test_the_address_of_the_asker_is_never_published(leiden: Snapshot) -> None:
    carla = coordinator()
    message = answered(student(), carla)
    named = draft(carla, text_nl="Vraag het anna.jansen@example.org")
    with pytest.raises(TracesLeftError):
        publish(message, named, "anna.jansen@example.org")


@pytest.mark.parametrize("name", ["question_en", "question_nl", "text_en", "text_nl"])
def test_both_languages_are_needed(leiden: Snapshot, name: str) -> None:
    carla = coordinator()
    with pytest.raises(AdvisingError):
        publish(answered(student(), carla), draft(carla, **{name: " "}))
    assert not PublishedAnswer.objects.exists()


def test_what_the_asker_wrote_cannot_be_published(leiden: Snapshot) -> None:
    carla = coordinator()
    message = answered(student(), carla)
    with pytest.raises(AdvisingError):
        publish(message.question.messages.get(number=1), draft(carla))


def test_a_page_that_is_not_there_is_refused(leiden: Snapshot) -> None:
    carla = coordinator()
    wanted = replace(draft(carla), page=QuestionSubject("guide", "no-such-guide"))
    with pytest.raises(AdvisingError):
        publish(answered(student(), carla), wanted)


@pytest.mark.slow
def test_taken_off_the_site_it_is_gone_and_can_come_back(leiden: Snapshot) -> None:
    carla = coordinator()
    answer = publish(answered(student(), carla), draft(carla))
    publishing.withdraw_answer(answer, by=carla)
    assert not refresh_snapshot().records.answers
    publishing.republish_answer(answer, by=carla)
    assert refresh_snapshot().records.answers


def test_still_right_moves_the_review_by_a_year(leiden: Snapshot) -> None:
    carla = coordinator()
    answer = publish(answered(student(), carla), draft(carla))
    publishing.mark_reviewed(answer, by=carla)
    assert answer.review_on == timezone.localdate() + publishing.REVIEW_AFTER
