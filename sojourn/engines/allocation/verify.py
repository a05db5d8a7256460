"""Check a published allocation result from scratch, with the standard library only.

    python verify.py FILE [COMMITMENT]

FILE is a result file of a selection round. COMMITMENT is the hash that was published when the round
opened; give it, so that you know the lottery's seed was not picked afterwards. The answer is "yes"
(exit status 0), or the first thing that is wrong (1); 2 means that the file could not be read.

This file shares no code with the program that allocates. It works from the rules alone: it draws
the lots again, asks each opportunity whom it would choose, looks for anyone who was passed over,
runs the allocation once more in the simplest way there is, and recomputes every figure.
"""

# ruff: noqa: T201 (a command that answers by printing)

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

FORMAT = "sojourn-allocation-result"
FORMAT_VERSION = 1
METHODS = {"deferred-acceptance": 1, "serial-dictatorship": 1}
HEXADECIMAL = set("0123456789abcdef")
LARGEST_INTEGER = 2**53 - 1


class Violation(Exception):  # noqa: N818 (it is an answer, not a failure)
    """The first thing that is wrong: a short code, and a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Quota(NamedTuple):
    """How many of one category come first, and how many of it may come."""

    minimum: int
    maximum: int


class Opportunity(NamedTuple):
    """A place to go, as the rules of the round describe it."""

    id: str
    seats: int
    minimum_score: int | None
    quotas: dict[str, Quota]


class Candidate(NamedTuple):
    """A student at one opportunity; the smaller `order` goes first."""

    order: tuple[int, ...]
    category: str | None
    holds: bool
    application: str


class Application(NamedTuple):
    """A student's application; `admissible` keeps only choices that can lead to a place."""

    id: str
    category: str
    listed: list[str]
    admissible: dict[str, Candidate]
    holds: str | None


class Round(NamedTuple):
    """The whole input."""

    opportunities: dict[str, Opportunity]
    applications: dict[str, Application]


class Summary(NamedTuple):
    """What a file that is right contains."""

    applications: int
    placed: int
    commitment: str
    input_digest: str


# ------------------------------------------------------------------ the rules


def choose(opportunity: Opportunity, candidates: list[Candidate]) -> list[Candidate]:
    """Whom an opportunity takes: places held, then minimums, then in order below each maximum."""
    queue = sorted(candidates)
    taken = [candidate for candidate in queue if candidate.holds]
    names = {candidate.application for candidate in taken}
    count: dict[str | None, int] = {}
    for candidate in taken:
        count[candidate.category] = count.get(candidate.category, 0) + 1
    unlimited = Quota(0, opportunity.seats)
    for promised in (True, False):
        for candidate in queue:
            quota = opportunity.quotas.get(candidate.category or "", unlimited)
            limit = quota.minimum if promised else quota.maximum
            have = count.get(candidate.category, 0)
            free = len(taken) < opportunity.seats and have < limit
            if free and candidate.application not in names:
                taken.append(candidate)
                names.add(candidate.application)
                count[candidate.category] = have + 1
    return taken


def allocate_again(the_round: Round) -> dict[str, str | None]:
    """Deferred acceptance, one proposal after the other."""
    held: dict[str, list[Candidate]] = {name: [] for name in the_round.opportunities}
    left = {name: list(a.admissible) for name, a in the_round.applications.items()}
    placed: dict[str, str | None] = dict.fromkeys(left)
    waiting = sorted(left, reverse=True)
    while waiting:
        name = waiting.pop()
        if not left[name]:
            continue
        target = left[name].pop(0)
        candidate = the_round.applications[name].admissible[target]
        before = [*held[target], candidate]
        held[target] = choose(the_round.opportunities[target], before)
        kept = {each.application for each in held[target]}
        for each in before:
            if each.application not in kept:
                placed[each.application] = None
                waiting.append(each.application)
        if name in kept:
            placed[name] = target
    return placed


def cut_off(
    opportunity: Opportunity, admitted: list[Candidate], category: str | None
) -> tuple[str, str | None]:
    """Whom one more applicant of a category would have to come before: a gate, and an application.

    Found by asking `choose` about an imaginary applicant at one place in the queue after another.
    """

    def would_enter(order: tuple[int, ...]) -> bool:
        newcomer = Candidate(order, category, False, "")
        return newcomer in choose(opportunity, [*admitted, newcomer])

    queue = sorted(candidate for candidate in admitted if not candidate.holds)
    if would_enter((2,)):
        return "open", None
    low, high = 0, len(queue)  # the newcomer enters before queue[i] for every i < low
    while low < high:
        middle = (low + high) // 2
        if would_enter((*queue[middle].order[:-1], queue[middle].order[-1] - 1, 1)):
            low = middle + 1
        else:
            high = middle
    return ("score", queue[low - 1].application) if low else ("closed", None)


# ------------------------------------------------------------------ reading


def canonical(value: Any) -> bytes:
    """Return the one spelling of a value (RFC 8785, for files without fractions)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read_json(data: bytes) -> Any:
    """Return the content of a file; refuses fractions, doubled names and any second spelling."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        if len(set(names)) < len(names):
            raise Violation("unreadable", "A name stands twice in one object.")
        return dict(pairs)

    def refuse(text: str) -> Any:
        raise Violation("unreadable", f"The number {text} is not a whole number.")

    try:
        text = data.decode("utf-8")
        content = json.loads(
            text, object_pairs_hook=unique, parse_float=refuse, parse_constant=refuse
        )
        spelling = canonical(content) + b"\n"
    except (ValueError, RecursionError) as error:
        raise Violation("unreadable", f"This is not a JSON file: {error}.") from error
    if spelling != data:
        raise Violation(
            "not-canonical", "The file is not in the canonical spelling; it was changed by hand."
        )
    return content


def same(stated: Any, computed: Any) -> bool:
    """Whether two values are spelled the same; in Python alone, true would equal 1."""
    return canonical(stated) == canonical(computed)


def fields(value: Any, names: str, where: str) -> list[Any]:
    """Return the named fields of an object that has exactly these."""
    wanted = names.split()
    if not isinstance(value, dict) or sorted(value) != sorted(wanted):
        raise Violation("format", f"{where} should have exactly these fields: {names}.")
    return [value[name] for name in wanted]


def text_of(value: Any, where: str) -> str:
    """Return a text that is not empty."""
    if not isinstance(value, str) or not value:
        raise Violation("format", f"{where} should be a text.")
    return value


def number_of(value: Any, where: str, lowest: int = 0) -> int:
    """Return a whole number."""
    if type(value) is not int or not lowest <= value <= LARGEST_INTEGER:
        raise Violation("format", f"{where} should be a whole number from {lowest}.")
    return value


def list_of(value: Any, where: str) -> list[Any]:
    """Return a list."""
    if not isinstance(value, list):
        raise Violation("format", f"{where} should be a list.")
    return value


def read_seed(value: Any) -> str:
    """Return a lottery seed."""
    seed = text_of(value, "The seed")
    if len(seed) != 64 or set(seed) - HEXADECIMAL:
        raise Violation("format", "The seed should be 64 lower-case hexadecimal digits.")
    return seed


def draw_lots(seed: str, names: list[str]) -> dict[str, int]:
    """Return the lot of each application.

    By SHA-256 of the seed, a colon and the id, smallest first.
    """
    draws = sorted((sha256(f"{seed}:{name}".encode()).hexdigest(), name) for name in names)
    return {name: lot for lot, (_, name) in enumerate(draws, start=1)}


def read_opportunity(value: Any) -> Opportunity:
    """One opportunity with its quotas, checked for sense."""
    id_, seats, minimum_score, quotas = fields(
        value, "id seats minimum_score quotas", "An opportunity"
    )
    name = text_of(id_, "An opportunity's id")
    number_of(seats, f"The seats of {name!r}")
    if minimum_score is not None:
        number_of(minimum_score, f"The minimum score of {name!r}", -LARGEST_INTEGER)
    read: dict[str, Quota] = {}
    for quota in list_of(quotas, f"The quotas of {name!r}"):
        category, minimum, maximum = fields(quota, "category minimum maximum", "A quota")
        text_of(category, f"A category of {name!r}")
        number_of(minimum, f"A minimum of {name!r}")
        if maximum is not None:
            number_of(maximum, f"A maximum of {name!r}")
        if category in read:
            raise Violation("rules", f"Category {category!r} has two quotas at {name!r}.")
        if maximum is not None and maximum < minimum:
            raise Violation("rules", f"A minimum of {name!r} is above its maximum.")
        read[category] = Quota(minimum, seats if maximum is None else maximum)
    if sum(quota.minimum for quota in read.values()) > seats:
        raise Violation("rules", f"The minimums of {name!r} are more than its seats.")
    return Opportunity(name, seats, minimum_score, read)


def read_application(
    value: Any, opportunities: dict[str, Opportunity], lots: dict[str, int]
) -> Application:
    """One application; keeps the choices that can lead to a place, best first."""
    id_, category, holds, choices = fields(value, "id category holds choices", "An application")
    text_of(category, f"The category of {id_!r}")
    if holds is not None:
        text_of(holds, f"The place that {id_!r} holds")
    listed: list[str] = []
    admissible: dict[str, Candidate] = {}
    for choice in list_of(choices, f"The choices of {id_!r}"):
        target, score = fields(choice, "opportunity score", "A choice")
        text_of(target, f"A choice of {id_!r}")
        if target not in opportunities:
            raise Violation("rules", f"Application {id_!r} chooses {target!r}, which is unknown.")
        if target in listed:
            raise Violation("rules", f"Application {id_!r} chooses {target!r} twice.")
        listed.append(target)
        if score is not None:
            number_of(score, f"A score of {id_!r}", -LARGEST_INTEGER)
        floor = opportunities[target].minimum_score
        if target == holds:
            admissible[target] = Candidate((0, 0, lots[id_], 1), category, True, id_)
        elif score is not None and (floor is None or score >= floor):
            admissible[target] = Candidate((1, -score, lots[id_], 1), category, False, id_)
    if holds is not None and (not listed or listed[-1] != holds):
        raise Violation("rules", f"The place that {id_!r} holds should be its last choice.")
    return Application(id_, category, listed, admissible, holds)


def read_round(value: Any) -> tuple[Round, str, dict[str, int]]:
    """Return the input, the seed and the lots."""
    name, seed, digits, opportunity_list, application_list = fields(
        value, "round seed score_digits opportunities applications", "The input"
    )
    text_of(name, "The round's name")
    number_of(digits, "The number of decimals")
    seed = read_seed(seed)
    opportunities: dict[str, Opportunity] = {}
    for item in list_of(opportunity_list, "The opportunities"):
        opportunity = read_opportunity(item)
        if opportunity.id in opportunities:
            raise Violation("rules", f"Opportunity {opportunity.id!r} is listed twice.")
        opportunities[opportunity.id] = opportunity
    names: list[str] = []
    for item in list_of(application_list, "The applications"):
        id_ = item.get("id") if isinstance(item, dict) else None
        names.append(text_of(id_, "An application's id"))
    if len(set(names)) < len(names):
        twice = next(each for each in names if names.count(each) > 1)
        raise Violation("rules", f"Application {twice!r} is listed twice.")
    lots = draw_lots(seed, names)
    applications = {
        item["id"]: read_application(item, opportunities, lots) for item in application_list
    }
    for opportunity in opportunities.values():
        holders = [a for a in applications.values() if a.holds == opportunity.id]
        if len(holders) > opportunity.seats:
            raise Violation("rules", f"More places are held at {opportunity.id!r} than it has.")
        for category, quota in opportunity.quotas.items():
            if sum(a.category == category for a in holders) > quota.maximum:
                raise Violation(
                    "rules",
                    f"More places are held by {category!r} at {opportunity.id!r} than its maximum.",
                )
    return Round(opportunities, applications), seed, lots


# ------------------------------------------------------------------ checking


def check_lottery(seed: str, stated: Any, commitment: str | None) -> str:
    """Check that the seed is the one that was committed to."""
    computed = sha256(seed.encode()).hexdigest()
    if not same(stated, computed):
        raise Violation("commitment", "The seed in the file is not the one it was committed to.")
    if commitment is not None and commitment.strip().lower() != computed:
        raise Violation(
            "commitment", "The seed in the file is not the one whose hash you were given."
        )
    return computed


def check_placements(value: Any, the_round: Round, lots: dict[str, int]) -> dict[str, str | None]:
    """Everyone has one line, with the right lot, and a place that may be given at all."""
    placed: dict[str, str | None] = {}
    for item in list_of(value, "The placements"):
        name, lot, target, rank = fields(item, "application lot opportunity rank", "A placement")
        text_of(name, "An application in the placements")
        if name not in the_round.applications:
            raise Violation("unknown-application", f"Application {name!r} is not in the input.")
        if name in placed:
            raise Violation("placed-twice", f"Application {name!r} has two placements.")
        if not same(lot, lots[name]):
            raise Violation("lot", f"Application {name!r} drew lot {lots[name]}, not {lot}.")
        application = the_round.applications[name]
        if target is not None:
            text_of(target, f"The place of {name!r}")
            if target not in application.listed:
                raise Violation("not-on-list", f"Application {name!r} never asked for {target!r}.")
            if target not in application.admissible:
                raise Violation(
                    "not-admissible", f"Application {name!r} may not be placed at {target!r}."
                )
        expected = None if target is None else application.listed.index(target) + 1
        if not same(rank, expected):
            raise Violation("rank", f"The place of {name!r} is choice {expected}, not {rank}.")
        placed[name] = target
    missing = sorted(set(the_round.applications) - set(placed))
    if missing:
        raise Violation("missing-placement", f"Application {missing[0]!r} has no placement.")
    if list(placed) != list(the_round.applications):
        raise Violation("format", "The placements are not in the order of the applications.")
    return placed


def check_limits(the_round: Round, admitted: dict[str, list[Candidate]]) -> None:
    """No opportunity has more than its seats, no category more than its maximum."""
    for opportunity in the_round.opportunities.values():
        students = admitted[opportunity.id]
        if len(students) > opportunity.seats:
            raise Violation(
                "seats",
                f"{opportunity.id!r} has {opportunity.seats} seats and {len(students)} students.",
            )
        for category, quota in opportunity.quotas.items():
            count = sum(student.category == category for student in students)
            if count > quota.maximum:
                raise Violation(
                    "maximum",
                    f"{opportunity.id!r} takes at most {quota.maximum} of {category!r} "
                    f"and has {count}.",
                )


def check_nobody_passed_over(
    the_round: Round, placed: dict[str, str | None], admitted: dict[str, list[Candidate]]
) -> None:
    """No student has a claim to a place that they like better than their own."""
    for application in the_round.applications.values():
        for target, candidate in application.admissible.items():
            if placed[application.id] == target:
                break
            opportunity, students = the_round.opportunities[target], admitted[target]
            chosen = choose(opportunity, [*students, candidate])
            if candidate not in chosen:
                continue
            if candidate.holds:
                raise Violation(
                    "held-place-lost",
                    f"Application {application.id!r} holds a place at {target!r} and lost it.",
                )
            gone = [student for student in students if student not in chosen]
            if not gone:
                raise Violation(
                    "seat-wasted",
                    f"{target!r} has a free seat, and {application.id!r} wanted it.",
                )
            quota = opportunity.quotas.get(candidate.category or "", Quota(0, 0))
            have = sum(student.category == candidate.category for student in students)
            if have < quota.minimum:
                raise Violation(
                    "minimum",
                    f"{target!r} promises {quota.minimum} seats to {candidate.category!r} and gave "
                    f"{have}, while {application.id!r} wanted one.",
                )
            raise Violation(
                "passed-over",
                f"Application {application.id!r} comes before {gone[0].application!r} at "
                f"{target!r}, and was passed over.",
            )


def check_best(the_round: Round, placed: dict[str, str | None]) -> None:
    """Of all fair results this is the one that every student likes best."""
    for name, best in allocate_again(the_round).items():
        if placed[name] != best:
            raise Violation(
                "not-the-best",
                f"Nobody was passed over, but a fair result exists that is better for the "
                f"students: it gives {name!r} {best!r}, not {placed[name]!r}.",
            )


def expected_certificate(
    the_round: Round,
    lots: dict[str, int],
    placed: dict[str, str | None],
    admitted: dict[str, list[Candidate]],
) -> dict[str, Any]:
    """Every figure of the certificate that follows from the placements."""
    categories = {application.category for application in the_round.applications.values()}
    cut_offs, shortfalls = [], []
    for opportunity in the_round.opportunities.values():
        students = admitted[opportunity.id]
        listed = [category for category in sorted(opportunity.quotas) if category in categories]
        for category in [None, *listed]:
            gate, last = cut_off(opportunity, students, category)
            order = next((s.order for s in students if s.application == last), None)
            cut_offs.append(
                {
                    "opportunity": opportunity.id,
                    "category": category,
                    "gate": gate,
                    "score": None if order is None else -order[1],
                    "lot": None if last is None else lots[last],
                    "admitted": sum(
                        (s.category if s.category in opportunity.quotas else None) == category
                        for s in students
                    ),
                }
            )
        for category in sorted(opportunity.quotas):
            minimum = opportunity.quotas[category].minimum
            count = sum(student.category == category for student in students)
            if count < minimum:
                shortfalls.append(
                    {
                        "opportunity": opportunity.id,
                        "category": category,
                        "minimum": minimum,
                        "admitted": count,
                    }
                )
    by_rank = [0] * max((len(a.listed) for a in the_round.applications.values()), default=0)
    for name, target in placed.items():
        if target is not None:
            by_rank[the_round.applications[name].listed.index(target)] += 1
    seats = sum(opportunity.seats for opportunity in the_round.opportunities.values())
    return {
        "cut_offs": cut_offs,
        "blocking_pairs": 0,
        "quotas_kept": True,
        "shortfalls": shortfalls,
        "placed_by_rank": by_rank,
        "not_placed": len(placed) - sum(by_rank),
        "seats_left": seats - sum(by_rank),
    }


def check_canonical_order(value: dict[str, Any]) -> None:
    """Check that lists are in the order of their ids, so that one round has one file."""
    for key in ("opportunities", "applications"):
        names = [item["id"] for item in value[key]]
        if names != sorted(names):
            raise Violation("not-canonical", f"The {key} are not in the order of their ids.")
    for item in value["opportunities"]:
        categories = [quota["category"] for quota in item["quotas"]]
        if categories != sorted(categories):
            raise Violation("not-canonical", f"The quotas of {item['id']!r} are not in order.")


def verify(data: bytes, commitment: str | None = None) -> Summary:
    """Check a result file; raises the first `Violation`, or says what the file contains."""
    content = read_json(data)
    format_, version, the_input, placements, certificate = fields(
        content, "format format_version input placements certificate", "The file"
    )
    if not same([format_, version], [FORMAT, FORMAT_VERSION]):
        raise Violation("format", f"This is not a result file of version {FORMAT_VERSION}.")
    figures = fields(
        certificate,
        "input_digest seed_commitment method method_version cut_offs blocking_pairs quotas_kept "
        "shortfalls placed_by_rank not_placed seats_left",
        "The certificate",
    )
    input_digest, seed_commitment, method, method_version = figures[:4]
    if not isinstance(method, str) or not same(METHODS.get(method), method_version):
        raise Violation("method", f"{method!r}, version {method_version!r}, is not a known method.")
    the_round, seed, lots = read_round(the_input)
    check_canonical_order(the_input)
    computed = "sha256:" + sha256(canonical(the_input)).hexdigest()
    if not same(input_digest, computed):
        raise Violation("input-digest", "The input is not the one that the certificate is for.")
    seed_hash = check_lottery(seed, seed_commitment, commitment)
    placed = check_placements(placements, the_round, lots)
    admitted: dict[str, list[Candidate]] = {name: [] for name in the_round.opportunities}
    for name, target in placed.items():
        if target is not None:
            admitted[target].append(the_round.applications[name].admissible[target])
    check_limits(the_round, admitted)
    check_nobody_passed_over(the_round, placed, admitted)
    check_best(the_round, placed)
    for key, value in expected_certificate(the_round, lots, placed, admitted).items():
        if not same(certificate[key], value):
            code = key.replace("_", "-")
            raise Violation(code, f"The certificate's {key.replace('_', ' ')} are not right.")
    return Summary(
        len(placed), sum(target is not None for target in placed.values()), seed_hash, computed
    )


def main(arguments: list[str]) -> int:
    """Run the command: print one answer, return the exit status."""
    if len(arguments) not in (1, 2):
        print("Use: python verify.py FILE [COMMITMENT]", file=sys.stderr)
        return 2
    try:
        data = Path(arguments[0]).read_bytes()
    except OSError as error:
        print(f"cannot read {arguments[0]}: {error.strerror}", file=sys.stderr)
        return 2
    commitment = arguments[1] if len(arguments) == 2 else None
    try:
        summary = verify(data, commitment)
    except Violation as violation:
        print(f"no: {violation.message} [{violation.code}]")
        return 1
    print(
        f"yes: {summary.placed} of {summary.applications} applications have a place, every rule "
        "was kept and nobody was passed over."
    )
    print(f"input {summary.input_digest}")
    print(f"seed  committed as {summary.commitment}")
    if commitment is None:
        print("Compare that with the hash published when the round opened, or give it here.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
