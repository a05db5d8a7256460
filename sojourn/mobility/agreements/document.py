"""An agreement as a document that a screen reader can read (PDF/UA-1), in English.

With a page of evidence once everybody signed. Titles stand as the host and home write them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from sojourn.catalogue.choices import Signer
from sojourn.common.languages import REQUIRED
from sojourn.design import documents
from sojourn.mobility.agreements import shown
from sojourn.mobility.agreements.substance import content_of, digest_of, student_in
from sojourn.mobility.models import AgreementVersion, SigningMethod

TEMPLATE = Path(__file__).with_name("agreement.typ")


def pdf(
    version: AgreementVersion,
    signatures: Sequence[Mapping[str, str]] = (),
    chain: Sequence[Mapping[str, Any]] = (),
    data_sha256: str = "",
) -> bytes:
    """Return the document; typst itself refuses what would not be PDF/UA."""
    language = REQUIRED[0]
    with override(language):
        return documents.pdf(TEMPLATE, _data(version, signatures, chain, data_sha256, language))


def _data(
    version: AgreementVersion,
    signatures: Sequence[Mapping[str, str]],
    chain: Sequence[Mapping[str, Any]],
    data_sha256: str,
    language: str,
) -> dict[str, Any]:
    content = content_of(version)
    facts = content["facts"]
    digest = version.digest or digest_of(content)
    return {
        "language": language,
        "author": facts.get("sending_name", ""),
        "title": _("Agreement of %(student)s, version %(number)d")
        % {"student": student_in(facts), "number": version.number},
        "lead": _lead(version, bool(signatures)),
        "columns": [_("Field"), _("Text")],
        "facts_title": _("Who, where, when"),
        "facts": [[each.label, each.text] for each in shown.rows_of(content)],
        "tables": [
            {
                "title": each.title,
                "columns": [_("Title"), _("Code"), _("Credits"), _("Remarks")],
                "lines": [_line(one) for one in each.lines],
                "total": [_("In all"), "", each.total, ""] if each.total else [],
            }
            for each in shown.tables_of(content)
        ],
        "signed_title": _("Signed by"),
        "signed": [_signed(each) for each in signatures],
        "evidence_title": _("Evidence"),
        "evidence": [
            [
                str(link["number"]),
                link["at"][:19].replace("T", " "),
                _what(link),
                link["hash"][:16],
            ]
            for link in chain
        ],
        "evidence_columns": [_("No."), _("When (UTC)"), _("What"), _("Hash begins with")],
        "evidence_notes": [
            _("Text signed, SHA-256: %(digest)s") % {"digest": digest},
            *([_("Data, SHA-256: %(digest)s") % {"digest": data_sha256}] if data_sha256 else []),
            *(
                [
                    _(
                        "Each line of the evidence holds the hash of the one before it. These are "
                        "simple electronic signatures: a name typed for exactly this text."
                    )
                ]
                if signatures
                else []
            ),
        ],
    }


def _lead(version: AgreementVersion, is_signed: bool) -> str:
    agreement = version.agreement
    said = [_("Signed by everybody.") if is_signed else _("Not signed by everybody yet.")]
    if version.before is not None:
        said.append(_("Changes version %(number)d.") % {"number": version.before.number})
    if agreement.official_system:
        said.append(
            _("The record that counts is in %(system)s.") % {"system": agreement.official_system}
        )
    return " ".join(said)


def _line(line: shown.LineShown) -> list[str]:
    remarks = [line.about]
    if line.is_added:
        remarks.insert(0, _("Added. %(why)s") % {"why": line.why})
    if line.is_removed:
        remarks.insert(0, _("Removed. %(why)s") % {"why": line.why})
    return [line.title, line.code, line.credits, " ".join(part for part in remarks if part)]


def _signed(signature: Mapping[str, str]) -> dict[str, Any]:
    side = str(Signer(signature["side"]).label)
    rows = [
        [_("Name"), signature["name"]],
        [_("Function"), signature.get("function", "")],
        [_("Address"), signature.get("email", "")],
        [_("Named by"), signature.get("named_by", "")],
        [_("Signed (UTC)"), signature["signed"][:19].replace("T", " ")],
        [_("How"), str(SigningMethod(signature["method"]).label)],
        [_("Checked by"), signature.get("checked_by", "")],
        [_("Agreed to"), signature["sentence"]],
        [_("With"), signature["application"]],
    ]
    return {"side": side, "rows": [each for each in rows if each[1]]}


def _what(link: Mapping[str, Any]) -> str:
    said = link["what"]
    kinds = {
        "frozen": _("Text of version %(version)d fixed"),
        "asked": _("Asked to sign version %(version)d"),
        "signed": _("Signed version %(version)d"),
        "refused": _("Refused version %(version)d"),
        "recalled": _("Took version %(version)d back"),
        "handed_on": _("Passed version %(version)d on"),
        "paper": _("Brought a signed paper of version %(version)d"),
        "agreed": _("Version %(version)d is in force"),
    }
    words = kinds[link["kind"]] % {"version": link["version"]}
    whose = [said.get("name") or said.get("by", ""), said.get("email", ""), said.get("why", "")]
    return ": ".join([words, ", ".join(part for part in whose if part)]).removesuffix(": ")
