"""Steps that tests of agreements take: a filled draft, a signature of each side."""

from __future__ import annotations

from decimal import Decimal

from sojourn.mobility.agreements import signing, versions
from sojourn.mobility.agreements.filling import Line
from sojourn.mobility.agreements.signing import Signature
from sojourn.mobility.models import AgreementVersion, ComponentTable, SigningRequest, Stay
from sojourn.people.models import User

HOST = "astrid@ki.example.org"
FACTS = {
    "birth_date": "2005-03-01", "nationality": "NL", "academic_year": "2027/2028",
    "term": "spring", "language": "en", "cefr": "B2",
}  # fmt: skip


def fresh(version: AgreementVersion) -> AgreementVersion:
    return AgreementVersion.objects.select_related("agreement__stay__road", "before").get(
        pk=version.pk
    )


def line(title: str, worth: str = "7.5", table: str = "abroad", **more: str) -> Line:
    return Line(ComponentTable(table), title, "", Decimal(worth), "ects", **more)


def draft(stay: Stay) -> AgreementVersion:
    """A first draft with two sets and everything that is needed."""
    version = versions.begin(stay, actor=stay.student)
    version.components.all().delete()
    versions.add_line(version, line("Physiology", "13"), actor=stay.student)
    versions.add_line(version, line("Biostatistics", "7.5"), actor=stay.student)
    versions.add_line(version, line("Semester 4 as one block", "20", "home"), actor=stay.student)
    versions.save_facts(fresh(version), FACTS, actor=stay.student)
    versions.name_signer(fresh(version), "Astrid Exempel", "Coordinator", HOST, actor=stay.student)
    return fresh(version)


def by(version: AgreementVersion, side: str, name: str = "", **more: object) -> Signature:
    """What somebody sends who saw this version."""
    return Signature(
        digest=str(more.get("digest") or signing.digest_now(fresh(version))),
        sentence=signing.sentence_for(fresh(version), side),
        name=name or "Somebody",
        function="Function",
        agrees=bool(more.get("agrees", True)),
    )


def by_student(version: AgreementVersion) -> AgreementVersion:
    student = version.agreement.stay.student
    signing.sign_as_student(fresh(version), by(version, "student", "Noor"), actor=student)
    return fresh(version)


def by_home(version: AgreementVersion, board: User) -> AgreementVersion:
    signing.sign_for_home(fresh(version), by(version, "home", "M. Eksempel"), actor=board)
    return fresh(version)


def request(version: AgreementVersion, side: str = "host") -> SigningRequest:
    found = signing.request_of(version, side)
    assert found is not None
    return SigningRequest.objects.select_related("version__agreement__stay__road").get(pk=found.pk)


def by_host(version: AgreementVersion) -> AgreementVersion:
    signing.sign_by_link(request(version), by(version, "host", "Astrid Exempel"))
    return fresh(version)


def agreed(stay: Stay, board: User) -> AgreementVersion:
    return by_host(by_home(by_student(draft(stay)), board))
