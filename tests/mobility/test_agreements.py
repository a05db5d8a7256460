"""The agreement of a stay: versions, deltas, who signs, and what never changes again."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from sojourn.mobility import endings, gates, steps
from sojourn.mobility.agreements import deltas, evidence, links, page, signing, substance, versions
from sojourn.mobility.errors import ChangedMeanwhileError, MobilityError, NotAllowedNowError
from sojourn.mobility.models import (
    AgreementComponent,
    AgreementPackage,
    AgreementVersion,
    ComponentTable,
    Evidence,
    SignedDocument,
    SigningMethod,
    Standing,
    Stay,
    StayAgreement,
)
from sojourn.mobility.models.agreements import NeverChangedError
from sojourn.mobility.states import ChangeKind, SigningState, StepState, VersionState
from sojourn.people.models import AuditEvent, OutboxMail, User
from tests.mobility.agreements import (
    FACTS,
    HOST,
    agreed,
    by,
    by_home,
    by_host,
    by_student,
    draft,
    fresh,
    line,
    request,
)
from tests.mobility.conftest import again, begun, in_days, step, student


def titles(version: AgreementVersion, table: str) -> list[str]:
    rows = version.components.filter(table=table).exclude(standing=Standing.REMOVED)
    return [each.title for each in rows]


def placement(stay: Stay) -> AgreementVersion:
    """A draft of a placement, with everything that is needed."""
    version = versions.begin(stay, actor=stay.student)
    work = {
        "hours_week": "38", "tasks": "Macrophages", "outcomes": "To stain", "insurance": "Leiden",
        "mentor": "Astrid Exempel, group leader", "assessment": "A report",
    }  # fmt: skip
    versions.save_facts(version, {**FACTS, **work}, actor=stay.student)
    versions.name_signer(version, "Astrid Exempel", "Group leader", HOST, actor=stay.student)
    return fresh(version)


# --- Filling in ----------------------------------------------------------------------------------


def test_a_draft_begins_filled_and_twice_gives_the_same(stay: Stay, noor: User) -> None:
    version = versions.begin(stay, actor=noor)
    assert versions.begin(stay, actor=noor).pk == version.pk
    assert version.facts["receiving_schac"] == "ki.se"
    assert version.facts["sending_schac"] == "leidenuniv.nl"
    assert (version.facts["eqf"], version.facts["isced"]) == ("6", "0511")
    assert titles(version, "abroad")
    assert titles(version, "home")
    assert all(each.scheme == "ects" for each in version.components.exclude(credits=None))


def test_a_set_replaces_a_set_and_its_credits_are_decimal(stay: Stay) -> None:
    content = substance.content_of(draft(stay))
    assert deltas.total(content, ComponentTable.ABROAD) == {"ects": Decimal("20.5")}
    assert deltas.total(content, ComponentTable.HOME) == {"ects": Decimal(20)}
    assert [each["credits"] for each in content["components"]] == ["13", "7.5", "20"]


def test_credits_of_another_kind_and_none_stand_beside_each_other(stay: Stay, noor: User) -> None:
    version = draft(stay)
    unit = line("Tropical medicine", "4")
    versions.add_line(version, unit.__class__(**{**vars(unit), "scheme": "sks"}), actor=noor)
    bare = unit.__class__(**{**vars(unit), "title": "Language", "credits": None, "scheme": ""})
    versions.add_line(version, bare, actor=noor)
    assert deltas.total(substance.content_of(fresh(version)), ComponentTable.ABROAD) == {
        "ects": Decimal("20.5"), "sks": Decimal(4),
    }  # fmt: skip


def test_what_is_missing_is_named_and_nothing_is_sent(stay: Stay, noor: User) -> None:
    version = versions.begin(stay, actor=noor)
    assert {"birth_date", "nationality", "host_signer"} <= set(versions.lacking(version))
    with pytest.raises(MobilityError, match="missing"):
        by_student(version)
    assert fresh(version).state == VersionState.DRAFT


def test_only_the_fields_of_its_kind_are_taken(stay: Stay, noor: User) -> None:
    version = draft(stay)
    versions.save_facts(version, {"given_names": "Mallory", "hours_week": "38"}, actor=noor)
    assert fresh(version).facts["given_names"] == "noor"
    assert "hours_week" not in fresh(version).facts


def test_a_draft_follows_the_days_of_the_stay_until_it_is_sent(stay: Stay) -> None:
    version = draft(stay)
    old = by(version, "student", "Noor")
    Stay.objects.filter(pk=stay.pk).update(ends_on=in_days(250))
    assert substance.content_of(fresh(version))["facts"]["ends_on"] == in_days(250).isoformat()
    assert page.of(again(stay), stay.student).differs_from_stay == ""
    # Whoever saw the old days signs nothing.
    with pytest.raises(signing.StaleTextError):
        signing.sign_as_student(fresh(version), old, actor=stay.student)
    sent = by_student(version)
    Stay.objects.filter(pk=stay.pk).update(ends_on=in_days(260))
    assert fresh(sent).content["facts"]["ends_on"] == in_days(250).isoformat()
    assert "other days" in page.of(again(stay), stay.student).differs_from_stay


# --- Constraints ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"standing": "removed", "reason": "substituting-deleted"},
        {"standing": "added", "reason": "not-available"},
        {"standing": "kept", "reason": "not-available"},
        {"standing": "added"},
        {"table": "abroad", "conditions": "if passed"},
        {"table": "virtual"},
        {"title": ""},
        {"credits": None, "scheme": "ects"},
        {"credits": Decimal(-1)},
    ],
)
def test_the_database_refuses_a_line_that_makes_no_sense(stay: Stay, wrong: dict[str, Any]) -> None:
    version = draft(stay)
    right = {"version": version, "table": "abroad", "title": "X", "credits": Decimal(1)}
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreementComponent.objects.create(**{**right, **wrong})


def test_an_agreement_has_one_open_version_and_one_in_force(stay: Stay, board: User) -> None:
    version = agreed(stay, board)
    change = versions.propose_change(stay, actor=stay.student)
    for state in (VersionState.DRAFT, VersionState.AGREED):
        with pytest.raises(IntegrityError), transaction.atomic():
            AgreementVersion.objects.create(
                agreement=version.agreement, number=9, state=state, content={}, digest="x",
                sent_at=version.sent_at,
                ended_at=None if state == VersionState.DRAFT else version.ended_at,
            )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreementVersion.objects.filter(pk=change.pk).update(state=VersionState.SIGNING)


# --- Signing --------------------------------------------------------------------------------------


def test_three_sign_in_order_and_the_gate_follows(stay: Stay, board: User) -> None:
    version = by_student(draft(stay))
    assert request(version, "home").state == SigningState.SENT
    assert request(version).state == SigningState.WAITING
    assert step(stay, "courses-chosen").state == StepState.DONE
    assert step(stay, "agreement").pen == "board"
    version = by_home(version, board)
    assert step(stay, "courses-approved").state == StepState.DONE
    assert step(stay, "agreement").pen == "host"
    version = by_host(version)
    assert version.state == VersionState.AGREED
    assert step(stay, "agreement").state == StepState.DONE
    assert gates.look(again(stay), "agreement").is_open
    assert AuditEvent.objects.filter(action="version.agree").count() == 1


def test_the_step_follows_from_the_agreement_alone(stay: Stay, coordinator: User) -> None:
    with pytest.raises(NotAllowedNowError, match="follows from the agreement"):
        steps.settle(step(stay, "agreement"), actor=coordinator)
    steps.waive(step(stay, "agreement"), "The host has another form.", actor=coordinator)
    assert step(stay, "agreement").state == StepState.WAIVED


def test_the_host_cannot_be_first_where_the_road_says_in_order(stay: Stay) -> None:
    version = by_student(draft(stay))
    with pytest.raises(NotAllowedNowError, match="first"):
        by_host(version)


def test_where_the_road_allows_it_the_host_signs_before_home(
    noor: User, coordinator: User, board: User
) -> None:
    version = placement(begun(noor, coordinator, road="research-placement"))
    version = by_host(by_student(version))
    assert version.state == VersionState.SIGNING
    assert by_home(version, board).state == VersionState.AGREED


def test_only_the_student_signs_for_the_student_and_the_rule_names_home(
    stay: Stay, coordinator: User, board: User
) -> None:
    version = draft(stay)
    for actor in (coordinator, board):
        with pytest.raises(NotAllowedNowError):
            signing.sign_as_student(version, by(version, "student"), actor=actor)
    version = by_student(version)
    # The road says: the Board. A coordinator is not enough.
    with pytest.raises(NotAllowedNowError, match="names somebody else"):
        by_home(version, coordinator)
    assert request(version, "home").state == SigningState.SENT


def test_nobody_signs_their_own_for_home(stay: Stay, noor: User) -> None:
    version = by_student(draft(stay))
    User.objects.filter(pk=noor.pk).update(is_staff=True)
    noor.role_assignments.create(role="board", programme="")
    with pytest.raises(NotAllowedNowError):
        by_home(version, User.objects.get(pk=noor.pk))


def test_a_signature_twice_signs_once(stay: Stay, board: User) -> None:
    version = agreed(stay, board)
    before = Evidence.objects.count(), OutboxMail.objects.count()
    row, given = request(version), by(version, "host", "Astrid Exempel")
    signing.sign_by_link(row, given)
    by_home(version, board)
    by_student(version)
    assert (Evidence.objects.count(), OutboxMail.objects.count()) == before


def test_another_text_than_the_one_shown_is_not_signed(stay: Stay, board: User) -> None:
    version = by_home(by_student(draft(stay)), board)
    seen = by(version, "host", "Astrid Exempel")
    newer = versions.recall(version, actor=stay.student)
    versions.add_line(newer, line("Pathology", "3"), actor=stay.student)
    newer = by_home(by_student(newer), board)
    # The same mail leads to the newest text.
    row = signing.by_link(request(version).link)
    assert row is not None
    assert row.version_id == newer.pk
    with pytest.raises(signing.StaleTextError) as caught:
        signing.sign_by_link(row, seen)
    assert caught.value.shown is not None
    assert caught.value.shown.pk == version.pk
    assert request(newer).state == SigningState.SENT
    by_host(newer)


@pytest.mark.parametrize("digest", ["0" * 64, "nonsense"])
def test_a_forged_hash_signs_nothing(stay: Stay, board: User, digest: str) -> None:
    version = by_home(by_student(draft(stay)), board)
    with pytest.raises(signing.StaleTextError) as caught:
        signing.sign_by_link(request(version), by(version, "host", digest=digest))
    assert caught.value.shown is None
    assert request(version).state == SigningState.SENT


def test_without_the_sentence_or_a_name_nothing_is_signed(stay: Stay) -> None:
    version = draft(stay)
    for given in (by(version, "student", agrees=False), by(version, "student", " ")):
        with pytest.raises(MobilityError):
            signing.sign_as_student(version, given, actor=stay.student)
    assert fresh(version).state == VersionState.DRAFT


def test_the_student_is_not_the_host(stay: Stay, noor: User) -> None:
    version = draft(stay)
    with pytest.raises(MobilityError, match="own address"):
        versions.name_signer(version, "A", "", noor.email.upper(), actor=noor)


# --- Refusing, handing on, paper -----------------------------------------------------------------


def test_a_refusal_keeps_all_and_opens_a_filled_next_draft(stay: Stay, board: User) -> None:
    version = by_home(by_student(draft(stay)), board)
    with pytest.raises(MobilityError, match="why"):
        signing.refuse(request(version), " \r\n", version.digest)
    signing.refuse(request(version), "The group is full.", version.digest)
    kept = fresh(version)
    assert kept.state == VersionState.REFUSED
    assert request(kept, "student").state == SigningState.SIGNED
    assert request(kept).comment == "The group is full."
    following = versions.open_one(kept.agreement)
    assert following is not None
    assert (following.number, following.state) == (2, VersionState.DRAFT)
    assert titles(following, "abroad") == ["Physiology", "Biostatistics"]
    assert request(following).email == HOST
    told = OutboxMail.objects.filter(key__startswith="agreement-refused").values_list(
        "receiver", flat=True
    )
    assert stay.student_id in told


def test_handing_on_makes_another_link_and_the_old_one_opens_nothing(
    stay: Stay, board: User
) -> None:
    version = by_home(by_student(draft(stay)), board)
    old = request(version)
    made = signing.hand_on(
        old, "Freja Exempel", "", "freja@ki.example.org", "She signs.", actor=None
    )
    assert made.link != old.link
    assert made.named_by == "Astrid Exempel"
    gone = signing.by_link(old.link)
    assert gone is not None
    assert gone.state == SigningState.HANDED_ON
    with pytest.raises(NotAllowedNowError):
        signing.sign_by_link(gone, by(version, "host"))
    assert OutboxMail.objects.filter(key__startswith=f"agreement-sign:{made.pk}").exists()
    chain = evidence.chain_of(version)
    assert [each["kind"] for each in chain][-2:] == ["handed_on", "asked"]


def test_a_paper_signs_nothing_until_somebody_checked_it(
    stay: Stay, board: User, coordinator: User
) -> None:
    version = by_home(by_student(draft(stay)), board)
    row = request(version)
    with pytest.raises(MobilityError, match="file"):
        signing.accept_paper(row, "Astrid", "", SigningMethod.PAPER, actor=coordinator)
    signing.bring_paper(row, "scan.pdf", b"%PDF-1.4 scan", actor=None)
    assert request(version).state == SigningState.SENT
    signing.accept_paper(row, "Astrid", "Dean", SigningMethod.PAPER, actor=coordinator)
    signed = request(version)
    assert (signed.method, signed.checked_by) == (SigningMethod.PAPER, coordinator)
    assert fresh(version).state == VersionState.AGREED


def test_a_mail_that_was_sent_is_not_signed_and_opening_changes_nothing(
    stay: Stay, board: User
) -> None:
    version = by_home(by_student(draft(stay)), board)
    row = request(version)
    assert (row.state, row.opened_at, row.answered_at) == (SigningState.SENT, None, None)
    signing.note_opened(row)
    opened = request(version)
    assert opened.state == SigningState.SENT
    assert opened.opened_at is not None
    assert opened.answered_at is None
    signing.note_opened(opened)
    assert request(version).opened_at == opened.opened_at


# --- Changes --------------------------------------------------------------------------------------


def change(stay: Stay, board: User) -> AgreementVersion:
    """A change of the version in force: one course out, one in."""
    made = versions.propose_change(stay, actor=stay.student)
    out = made.components.get(title="Biostatistics")
    versions.remove_line(made, out.pk, actor=stay.student, reason="not-available")
    versions.add_line(made, line("Epidemiology"), actor=stay.student, reason="substituting-deleted")
    return fresh(made)


def test_a_change_is_a_delta_with_reasons_and_the_first_version_stays(
    stay: Stay, board: User
) -> None:
    first = agreed(stay, board)
    frozen = dict(first.content)
    made = change(stay, board)
    assert made.before == first
    assert versions.in_force(first.agreement) == first
    done = by_host(by_home(by_student(made), board))
    found = deltas.between(substance.content_of(first), substance.content_of(done))
    assert [(each["title"], each["reason"]) for each in found.removed] == [
        ("Biostatistics", "not-available")
    ]
    assert [(each["title"], each["reason"]) for each in found.added] == [
        ("Epidemiology", "substituting-deleted")
    ]
    assert (fresh(first).state, fresh(first).content) == (VersionState.REPLACED, frozen)
    assert versions.in_force(first.agreement) == done
    assert versions.numbered(stay, 1) == first


def test_changes_add_up_against_the_first_version(stay: Stay, board: User) -> None:
    first = agreed(stay, board)
    by_host(by_home(by_student(change(stay, board)), board))
    second = versions.propose_change(stay, actor=stay.student)
    assert not second.components.exclude(standing=Standing.KEPT).exists()
    out = second.components.get(title="Epidemiology")
    versions.remove_line(second, out.pk, actor=stay.student, reason_text="Too far away.")
    last = by_host(by_home(by_student(second), board))
    net = deltas.between(substance.content_of(first), substance.content_of(last))
    # What came in and went out again is no difference to the first version.
    assert [each["title"] for each in net.removed] == ["Biostatistics"]
    assert net.added == ()


def test_a_reason_fits_one_direction(stay: Stay, board: User) -> None:
    agreed(stay, board)
    made = versions.propose_change(stay, actor=stay.student)
    row = made.components.get(title="Physiology")
    with pytest.raises(MobilityError, match="direction"):
        versions.remove_line(made, row.pk, actor=stay.student, reason="extending-mobility")
    with pytest.raises(MobilityError, match="direction"):
        versions.add_line(made, line("X"), actor=stay.student, reason="not-available")
    with pytest.raises(MobilityError, match="why"):
        versions.remove_line(made, row.pk, actor=stay.student)


def test_a_refused_change_leaves_what_is_agreed_in_force(stay: Stay, board: User) -> None:
    first = agreed(stay, board)
    made = by_home(by_student(change(stay, board)), board)
    signing.refuse(request(made), "Group A is full.", made.digest)
    assert versions.in_force(first.agreement) == first
    assert step(stay, "agreement").state == StepState.DONE
    following = versions.open_one(first.agreement)
    assert following is not None
    assert following.before == first
    assert following.components.get(title="Epidemiology").standing == Standing.ADDED
    assert following.components.get(title="Biostatistics").reason == "not-available"


def test_a_change_that_changes_nothing_is_not_sent(stay: Stay, board: User) -> None:
    agreed(stay, board)
    made = versions.propose_change(stay, actor=stay.student)
    with pytest.raises(MobilityError, match="changes nothing"):
        by_student(made)


def test_a_telephone_touches_no_signature_and_new_days_are_a_change(
    stay: Stay, board: User, coordinator: User
) -> None:
    version = agreed(stay, board)
    versions.save_contacts(version.agreement, {"host_phone": "+46 8 1"}, actor=coordinator)
    assert fresh(version).state == VersionState.AGREED
    assert StayAgreement.objects.get().host_phone == "+46 8 1"
    assert fresh(version).digest == version.digest
    Stay.objects.filter(pk=stay.pk).update(ends_on=in_days(250))
    made = versions.propose_change(again(stay), actor=stay.student)
    found = deltas.between(substance.content_of(version), substance.content_of(made))
    assert [each.name for each in found.facts] == ["ends_on"]
    assert page.of(again(stay), stay.student).difference is not None


def test_a_card_that_changes_later_changes_no_document(stay: Stay, board: User) -> None:
    version = agreed(stay, board)
    before = evidence.signatures_of(version)
    stay.hosts.update(contact_name="Somebody Else", contact_email="else@example.org")
    User.objects.filter(pk=stay.student_id).update(first_name="Another")
    assert evidence.signatures_of(fresh(version)) == before
    assert fresh(version).content["facts"]["given_names"] == "noor"


# --- Evidence -------------------------------------------------------------------------------------


def test_what_was_signed_is_kept_as_bytes_that_never_change(stay: Stay, board: User) -> None:
    version = agreed(stay, board)
    kept = SignedDocument.objects.get()
    assert bytes(kept.pdf).startswith(b"%PDF-")
    assert b"pdfuaid" in bytes(kept.pdf)
    assert evidence.document_of(bytes(kept.pdf)) == kept
    assert evidence.document_of(bytes(kept.data)) == kept
    assert evidence.document_of(bytes(kept.pdf) + b" ") is None
    kept.pdf = b"another"
    with pytest.raises(NeverChangedError):
        kept.save()
    with pytest.raises(NeverChangedError):
        Evidence.objects.first().save()  # type: ignore[union-attr]
    assert version.digest.encode() in bytes(kept.data)


def test_the_chain_shows_any_change(stay: Stay, board: User) -> None:
    agreement = agreed(stay, board).agreement
    kinds = [each.kind for each in agreement.evidence.all()]
    assert kinds == ["frozen", "signed", "asked", "signed", "asked", "signed", "agreed"]
    assert evidence.first_break(agreement) is None
    Evidence.objects.filter(number=4).update(what={"name": "Mallory"})
    assert evidence.first_break(agreement) == 4
    Evidence.objects.filter(number=4).delete()
    assert evidence.first_break(agreement) == 4


def test_sending_again_never_touches_what_is_finished(
    stay: Stay, board: User, coordinator: User
) -> None:
    version = agreed(stay, board)
    kept = bytes(SignedDocument.objects.get().pdf)
    for act in (
        lambda: signing.remind(version, actor=coordinator),
        lambda: versions.recall(version, actor=coordinator),
        lambda: versions.discard(version, actor=coordinator),
        lambda: versions.save_facts(version, FACTS, actor=coordinator),
        lambda: versions.add_line(version, line("X"), actor=coordinator),
        lambda: signing.refuse(request(version), "No.", version.digest),
    ):
        with pytest.raises(MobilityError):
            act()  # type: ignore[no-untyped-call]
    assert bytes(SignedDocument.objects.get().pdf) == kept
    assert fresh(version).state == VersionState.AGREED


def test_each_who_has_to_sign_is_reminded_once_a_day(
    noor: User, coordinator: User, board: User
) -> None:
    # On this road home and the host sign in any order, so both are asked.
    version = by_student(placement(begun(noor, coordinator, road="research-placement")))
    reminders = OutboxMail.objects.filter(key__startswith="agreement-sign:").exclude(
        key__contains=":0"
    )
    assert signing.remind(version, actor=coordinator)
    assert reminders.count() == 2
    assert not signing.remind(version, actor=coordinator)
    assert reminders.count() == 2
    version.requests.update(changed_at=timezone.now() - steps.A_DAY)
    assert signing.remind(version, actor=coordinator)
    assert reminders.count() == 4


def test_official_elsewhere_is_said_and_never_pretended(
    stay: Stay, board: User, coordinator: User
) -> None:
    agreement = agreed(stay, board).agreement
    assert "Nobody has written down yet" in page.official_text(StayAgreement.objects.get())
    with pytest.raises(MobilityError, match="number"):
        versions.see_elsewhere(agreement, "EWP", "", in_days(0), actor=coordinator)
    with pytest.raises(MobilityError, match="to come"):
        versions.see_elsewhere(agreement, "EWP", "x", in_days(1), actor=coordinator)
    versions.see_elsewhere(agreement, "EWP", "la-4711", in_days(0), actor=coordinator)
    assert "la-4711" in page.official_text(StayAgreement.objects.get())


def test_seen_elsewhere_settles_the_step(stay: Stay, coordinator: User, noor: User) -> None:
    agreement = versions.begin(stay, actor=noor).agreement
    versions.see_elsewhere(agreement, "EWP", "la-1", in_days(0), actor=coordinator)
    assert step(stay, "agreement").state == StepState.DONE


def test_a_link_that_is_not_ours_leads_nowhere(stay: Stay, board: User) -> None:
    link = request(by_home(by_student(draft(stay)), board)).link
    token = links.token_for(link)
    assert links.link_in(token) == link
    for wrong in (token[:-1], f"{token}x", link.hex, "", "a.b"):
        assert links.link_in(wrong) is None


def test_the_mail_with_the_link_is_for_the_host_alone(stay: Stay, board: User) -> None:
    row = request(by_home(by_student(draft(stay)), board))
    mail = OutboxMail.objects.get(key=f"agreement-sign:{row.pk}:0")
    assert mail.to == [HOST]
    assert mail.is_secret


# --- What is over ---------------------------------------------------------------------------------


def test_a_stay_that_is_over_signs_nothing(stay: Stay, board: User, noor: User) -> None:
    version = by_home(by_student(draft(stay)), board)
    endings.make_change(stay, ChangeKind.WITHDRAWN, "No money.", actor=noor)
    with pytest.raises(NotAllowedNowError, match="over"):
        by_host(version)
    assert request(version).state == SigningState.SENT


@pytest.mark.parametrize(
    "act",
    [
        lambda version, who: versions.save_facts(version, FACTS, actor=who),
        lambda version, who: versions.discard(version, actor=who),
    ],
)
def test_two_tabs_one_of_them_old_change_nothing(
    stay: Stay, noor: User, act: Callable[[AgreementVersion, User], None]
) -> None:
    old = draft(stay)
    by_student(old)
    with pytest.raises(ChangedMeanwhileError):
        act(old, noor)


# --- A group --------------------------------------------------------------------------------------


def test_a_package_is_approved_once_and_counts_for_exactly_its_courses(
    stay: Stay, coordinator: User, board: User
) -> None:
    package = signing.make_package(draft(stay), "Spring at KI", actor=coordinator)
    other = begun(student("ben@example.org"), coordinator)
    with pytest.raises(NotAllowedNowError, match="not approved"):
        versions.give_package(other, package, actor=coordinator)
    with pytest.raises(NotAllowedNowError):
        signing.approve_package(package, stay, "C", "", actor=coordinator)
    signing.approve_package(package, stay, "M. Eksempel", "Board", actor=board)
    signing.approve_package(package, stay, "Again", "", actor=board)
    package = AgreementPackage.objects.get()
    assert package.approved_name == "M. Eksempel"
    version = versions.give_package(other, package, actor=coordinator)
    versions.save_facts(fresh(version), FACTS, actor=other.student)
    versions.name_signer(fresh(version), "Astrid", "", HOST, actor=coordinator)
    version = by_student(fresh(version))
    home = request(version, "home")
    assert (home.state, home.method, home.signed_name) == (
        SigningState.SIGNED, SigningMethod.PACKAGE, "M. Eksempel",
    )  # fmt: skip
    assert by_host(version).state == VersionState.AGREED


def test_one_course_more_than_the_package_and_home_has_to_sign(
    stay: Stay, coordinator: User, board: User
) -> None:
    package = signing.make_package(draft(stay), "Spring at KI", actor=coordinator)
    signing.approve_package(package, stay, "M. Eksempel", "Board", actor=board)
    package.refresh_from_db()
    other = begun(student("ben@example.org"), coordinator)
    version = versions.give_package(other, package, actor=coordinator)
    versions.save_facts(fresh(version), FACTS, actor=other.student)
    versions.name_signer(fresh(version), "Astrid", "", HOST, actor=coordinator)
    versions.add_line(fresh(version), line("Swedish", "2"), actor=other.student)
    assert request(by_student(fresh(version)), "home").state == SigningState.SENT
