"""The page on which a host signs: short, in their language, with all that they agree to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from sojourn.catalogue.choices import AgreementVariant, Signer
from sojourn.mobility.agreements import shown, signing, substance, texts
from sojourn.mobility.models import AgreementVersion, SigningRequest
from sojourn.mobility.states import SigningState, VersionState

# Which text names which field of the agreement.
_SHORT = {
    "hours": "hours_week",
    "outcomes": "outcomes",
    "supervision": "mentor",
    "assessment": "assessment",
    "insurance": "insurance",
    "registration": "registration",
    "health": "health_papers",
    "not_passed": "provisions",
}


@dataclass(frozen=True)
class Language:
    code: str
    name: str
    is_chosen: bool


@dataclass(frozen=True)
class Side:
    text: str
    has_signed: bool


@dataclass(frozen=True)
class SignPage:
    """All that the page shows. `language` is that of its sentences."""

    token: str
    language: str
    languages: tuple[Language, ...]
    texts: Mapping[str, str]
    title: str
    asks: str
    key_facts: tuple[tuple[str, str], ...]
    rows: tuple[shown.Row, ...]
    tables: tuple[tuple[str, shown.TableShown], ...]
    changes: shown.DifferenceShown | None
    """Against the version in force, where this is a change."""
    since: shown.DifferenceShown | None
    since_text: str
    sides: tuple[Side, ...]
    sentence: str
    sentence_language: str
    digest: str
    exact: str
    name: str
    function: str
    typed: Mapping[str, str]
    """What was sent and not taken: it stands there again."""
    may_answer: bool
    has_signed: bool
    has_refused: bool


def page(
    request: SigningRequest,
    token: str,
    code: str,
    *,
    shown_before: AgreementVersion | None = None,
    typed: Mapping[str, str] | None = None,
) -> SignPage:
    """Make the page; `shown_before` is the version that a stale page showed."""
    version = request.version
    content = substance.content_of(version)
    facts = content["facts"]
    said = texts.in_language(code) or texts.of_page()
    earlier = shown_before or signing.last_opened(request)
    student = substance.student_in(facts)
    typed = typed or {}
    waits = request.state == SigningState.SENT and version.state == VersionState.SIGNING
    return SignPage(
        token=token,
        language=code,
        languages=tuple(
            Language(each.code, each.name, each.code == code) for each in texts.languages()
        ),
        texts=said,
        title=said["title"].replace("{student}", student),
        asks=said["asks"]
        .replace("{home}", facts.get("sending_name", ""))
        .replace("{name}", request.name),
        key_facts=tuple(_key_facts(content, said, student, code)),
        rows=shown.rows_of(content),
        tables=tuple((said.get(each.name, each.title), each) for each in shown.tables_of(content)),
        changes=shown.against(version.before, version),
        since=shown.against(earlier, version)
        if earlier and waits and earlier.pk != version.pk
        else None,
        since_text=said["that_was"].replace("{version}", str(earlier.number)) if earlier else "",
        sides=tuple(_sides(version, said, code)),
        sentence=signing.sentence_for(version, Signer.HOST, code),
        sentence_language=signing.sentence_language(version, code),
        digest=version.digest,
        exact=said["exact"].replace("{code}", substance.short(version.digest)),
        name=typed.get("name", request.name),
        function=typed.get("function", request.function),
        typed=typed,
        may_answer=waits,
        has_signed=request.state == SigningState.SIGNED,
        has_refused=request.state == SigningState.REFUSED,
    )


def _key_facts(
    content: Mapping[str, Any], said: Mapping[str, str], student: str, code: str
) -> list[tuple[str, str]]:
    facts = content["facts"]
    with override(code):
        days = " – ".join(
            shown.value_of(name, facts[name]) for name in ("starts_on", "ends_on") if name in facts
        )
    where = ", ".join(
        facts[name] for name in ("receiving_name", "receiving_unit", "receiving_city")
        if facts.get(name)
    )  # fmt: skip
    is_work = content["variant"] != AgreementVariant.STUDIES
    what = facts.get("tasks", "") if is_work else facts.get("what", "")
    who = ", ".join(filter(None, (student, facts.get("programme"))))
    found = [(said["who"], who), (said["when"], days), (said["where"], where), (said["what"], what)]
    found += [(said[key], facts.get(name, "")) for key, name in _SHORT.items()]
    return [(label, text) for label, text in found if text]


def _sides(version: AgreementVersion, said: Mapping[str, str], code: str) -> list[Side]:
    found = []
    for each in version.requests.exclude(state=SigningState.HANDED_ON).order_by("position"):
        who = each.signed_name or each.name or str(Signer(each.side).label)
        if each.state == SigningState.SIGNED and each.answered_at:
            with override(code):
                day = date_format(timezone.localtime(each.answered_at), "j F Y")
            found.append(
                Side(said["has_signed"].replace("{name}", who).replace("{day}", day), True)
            )
        else:
            found.append(Side(said["not_signed"].replace("{name}", who), False))
    return found
