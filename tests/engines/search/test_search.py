"""The search finds what students type: both languages, synonyms, slips of the finger, nonsense."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sojourn.engines.search import Document, Marker, SearchIndex, Synonyms
from sojourn.engines.search.analysis import folded


def document(
    title: tuple[str, str],
    place: tuple[str, str],
    subject: tuple[str, str],
    text: tuple[str, str] = ("", ""),
    courses: tuple[str, str] = ("", ""),
    tags: tuple[str, ...] = (),
) -> Document:
    def both(texts: tuple[str, str]) -> dict[str, str]:
        return {"en": texts[0], "nl": texts[1]}

    return Document(
        {
            "title": both(title),
            "place": both(place),
            "subject": both(subject),
            "course": both(courses),
            "text": both(text),
        },
        tags,
    )


STOCKHOLM, HAVANA, BARCELONA, UPPSALA, ZURICH = range(5)
DOCUMENTS = [
    document(
        ("Semester of biomedicine", "Semester biomedische wetenschappen"),
        ("Karolinska Institutet Stockholm Sweden", "Karolinska Institutet Stockholm Zweden"),
        ("Immunology", "Immunologie"),
        ("You study host defence and organ systems.", "Je leert hoe organen werken."),
        ("Immunology and Microbiology", "Immunologie en microbiologie"),
        ("country:SE",),
    ),
    document(
        ("Tropical medicine in the neighbourhood", "Tropengeneeskunde in de wijk"),
        ("Universidad de La Habana Havana Cuba", "Universidad de La Habana Havana Cuba"),
        ("Global health", "Mondiale gezondheid"),
        ("Mornings in a clinic of the family doctor.", "'s Ochtends in een huisartsenpraktijk."),
        tags=("country:CU",),
    ),
    document(
        ("Transplant surgery", "Transplantatiechirurgie"),
        ("Hospital Clínic Barcelona Spain", "Hospital Clínic Barcelona Spanje"),
        ("Surgery", "Chirurgie"),
        ("In the operating theatre with the team.", "Op de operatiekamer met het team."),
        tags=("country:ES",),
    ),
    document(
        ("Research internship in pharmacy", "Onderzoeksstage farmacie"),
        ("Uppsala University Uppsala Sweden", "Universiteit van Uppsala Uppsala Zweden"),
        ("Pharmacology", "Farmacologie"),
        ("A project of your own on heart medicines.", "Een eigen project over hartmedicijnen."),
        tags=("country:SE",),
    ),
    document(
        ("Ageing and the brain", "Ouder worden en de hersenen"),
        ("Zürich Switzerland", "Zürich Zwitserland"),
        ("Neuroscience", "Neurowetenschap"),
        ("Immunology is one lecture out of thirty.", "Immunologie is een college van de dertig."),
        tags=("country:CH",),
    ),
]
SYNONYMS = Synonyms(
    [
        ["immunology", "immunologie", "afweer", "immune system", "immuunsysteem", "host defence"],
        ["global health", "mondiale gezondheid", "tropical medicine", "tropengeneeskunde"],
        ["heart", "hart", "cardiology", "cardiologie"],
        ["brain", "hersenen", "neuroscience", "neurowetenschap"],
    ]
)
INDEX = SearchIndex.build(DOCUMENTS, SYNONYMS)


def found(question: str) -> list[int]:
    return [int(number) for number in INDEX.search(INDEX.understand(question)).documents]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("immunology", STOCKHOLM),
        ("immunologie", STOCKHOLM),
        ("Immunology!", STOCKHOLM),
        ("sweden", STOCKHOLM),
        ("zweden", STOCKHOLM),
        ("karolinska", STOCKHOLM),
        ("zurich", ZURICH),
        ("ZÜRICH", ZURICH),
        ("clinic barcelona", BARCELONA),
        ("spanje", BARCELONA),
        ("neuroscience", ZURICH),
        ("uppsala pharmacy", UPPSALA),
        ("farmacie zweden", UPPSALA),
    ],
)
def test_finds_by_subject_place_and_country_in_both_languages(question: str, first: int) -> None:
    assert found(question)[0] == first


@pytest.mark.parametrize(
    ("question", "hit"),
    [
        ("afweer", STOCKHOLM),  # a Dutch word that stands nowhere finds the English subject
        ("immune system", STOCKHOLM),  # a phrase
        ("immuunsysteem", STOCKHOLM),
        ("tropengeneeskunde", HAVANA),
        ("mondiale gezondheid", HAVANA),
        ("cardiologie", UPPSALA),
        ("hersenen", ZURICH),
    ],
)
def test_synonyms_find_each_other_across_languages(question: str, hit: int) -> None:
    assert hit in found(question)


@pytest.mark.parametrize(
    ("question", "hit"),
    [
        ("surgeries", BARCELONA),
        ("internships", UPPSALA),
        ("operating theatres", BARCELONA),
        ("stages farmacie", UPPSALA),
        ("aging brains", ZURICH),
    ],
)
def test_word_forms_do_not_matter(question: str, hit: int) -> None:
    assert hit in found(question)


@pytest.mark.parametrize(
    ("question", "first", "meant"),
    [
        ("imunology", STOCKHOLM, "immunology"),
        ("stokholm", STOCKHOLM, "stockholm"),
        ("barcalona", BARCELONA, "barcelona"),
        ("transplnat surgery", BARCELONA, "transplant surgery"),
        ("phramacology", UPPSALA, "pharmacology"),
        ("karolinkska institut", STOCKHOLM, "karolinska institut"),
    ],
)
def test_slips_of_the_finger_are_forgiven_and_named(question: str, first: int, meant: str) -> None:
    assert found(question)[0] == first
    assert INDEX.understand(question).correction == meant


def test_a_slip_in_a_synonym_that_stands_nowhere_is_forgiven_too() -> None:
    assert found("afwer")[0] == STOCKHOLM
    assert INDEX.understand("afwer").correction == "afweer"


def test_short_words_are_taken_as_they_are() -> None:
    assert found("zxq") == []
    assert INDEX.understand("zxq").correction is None


@pytest.mark.parametrize("question", ["immunol", "stockh", "karo", "afwee", "transplant sur"])
def test_the_last_word_may_be_unfinished(question: str) -> None:
    assert found(question)


def test_only_the_last_word_may_be_unfinished() -> None:
    wanted = INDEX.understand("stockh zweden")
    assert not any(prefix == "stockh" for prefix in wanted.marker.prefixes)


def test_all_words_are_preferred() -> None:
    assert found("immunology stockholm") == [STOCKHOLM]
    assert INDEX.search(INDEX.understand("immunology stockholm")).has_every_word


def test_without_a_document_with_all_words_the_nearest_are_found() -> None:
    matches = INDEX.search(INDEX.understand("surgery in cuba"))
    assert {int(n) for n in matches.documents} == {BARCELONA, HAVANA}
    assert not matches.has_every_word
    assert (matches.notions, matches.asked) == (1, 2)


def test_a_whole_match_is_all_the_words_or_nothing() -> None:
    whole = INDEX.search_whole(INDEX.understand("immunology stockholm"), 5)
    assert (whole.documents.tolist(), whole.has_every_word) == ([STOCKHOLM], True)
    assert INDEX.search_whole(INDEX.understand("surgery in cuba"), 5).total == 0


def test_the_seldom_words_of_a_long_question_decide() -> None:
    """Two documents have the common word; one has the two that tell what is asked."""
    index = SearchIndex.build(
        [
            document(
                ("Weeks that pass", ""), ("", ""), ("", ""), ("Ten weeks, and you need them.", "")
            ),
            document(("Papers", ""), ("", ""), ("", ""), ("A visa for ten weeks.", "")),
            *[
                document((f"Filler {n}", ""), ("", ""), ("", ""), ("You need weeks.", ""))
                for n in range(9)
            ],
        ]
    )
    asked = index.understand("do you need a visa for weeks ")
    assert index.nearest(asked, 0.5, 5).documents.tolist() == [1]
    # What no document speaks of weighs most: nothing comes near.
    assert index.nearest(index.understand("do dogs and parrots need weeks "), 0.5, 5).total == 0
    assert index.nearest(index.understand(""), 0.5, 5).total == 0


def test_a_number_is_no_slip_of_another() -> None:
    index = SearchIndex.build([document(("Autumn 12027", ""), ("", ""), ("", ""))])
    assert index.search(index.understand("12027.")).total == 1
    assert index.search(index.understand("12028.")).total == 0


def test_words_without_meaning_are_not_insisted_on() -> None:
    assert found("the surgery with my own")[0] == BARCELONA
    assert found("chirurgie in de") == found("chirurgie")


def test_a_title_or_subject_counts_for_more_than_running_text() -> None:
    assert found("immunology").index(STOCKHOLM) < found("immunology").index(ZURICH)


def test_tags_filter() -> None:
    wanted = INDEX.understand("sweden")
    assert {int(n) for n in INDEX.search(wanted, ["country:SE"]).documents} == {
        STOCKHOLM,
        UPPSALA,
    }
    assert INDEX.search(wanted, ["country:CU"]).total == 0
    assert INDEX.tagged(["country:SE"]).tolist() == [STOCKHOLM, UPPSALA]


def test_a_limit_does_not_change_the_total() -> None:
    matches = INDEX.search(INDEX.understand("sweden"), limit=1)
    assert len(matches.documents) == 1
    assert matches.total == 2


def marked(question: str, text: str) -> list[str]:
    segments = INDEX.understand(question).marker.segments(text)
    assert "".join(segment.text for segment in segments) == text
    return [segment.text for segment in segments if segment.marked]


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("immunology", "A semester of Immunology.", ["Immunology"]),
        ("surgeries", "Surgery every day", ["Surgery"]),
        ("imunology", "Immunology first", ["Immunology"]),
        ("afweer", "Over host defence en meer", ["host defence"]),
        ("afweer", "A host of people", []),
        ("zurich", "In Zürich itself", ["Zürich"]),
        ("stockh", "Go to Stockholm", ["Stockholm"]),
        ("<b>", "<b>bold</b> & more", ["b", "b"]),
        ("immunology", "", []),
    ],
)
def test_matched_words_are_marked(question: str, text: str, expected: list[str]) -> None:
    assert marked(question, text) == expected


def test_an_excerpt_holds_the_match_and_is_cut_at_words() -> None:
    text = "word " * 100 + "immunology at last " + "tail " * 100
    excerpt = INDEX.understand("immunology").marker.excerpt(text, 80)
    assert "immunology" in excerpt
    assert len(excerpt) <= 90
    assert excerpt.startswith("…")
    assert excerpt.endswith("…")


def test_no_question_finds_nothing_and_marks_nothing() -> None:
    wanted = INDEX.understand("  ?! \x00 🙂 ")
    assert not wanted
    assert wanted.marker == Marker()
    assert not wanted.marker


@pytest.mark.parametrize(
    "question",
    [
        'title_en:"x" AND (OR NOT',
        "((((((",
        "*" * 50,
        "a" * 10_000,
        "immunology " * 1_000,
        "\x00\x01\x02",
        "חיפוש בחו״ל",
        "🙂🙂🙂",
        "^~[a TO b]{1,2}\\",
        "immun.*",
        "\ud800",
    ],
)
def test_whatever_is_typed_is_taken_as_words(question: str) -> None:
    INDEX.search(INDEX.understand(question))


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400), st.text(max_size=200))
def test_no_text_can_break_the_search_or_the_marks(question: str, text: str) -> None:
    wanted = INDEX.understand(question)
    matches = INDEX.search(wanted)
    assert len(set(matches.documents.tolist())) == len(matches.documents) == matches.total
    segments = wanted.marker.segments(text)
    assert "".join(segment.text for segment in segments) == text
    assert all(segment.text for segment in segments)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(st.permutations(["immunology", "stockholm", "organ", "sweden"]))
def test_the_order_of_words_does_not_change_what_is_found(words: list[str]) -> None:
    # The last word may be unfinished, so a full stop closes it.
    assert sorted(found(" ".join(words) + ".")) == sorted(
        found("immunology stockholm organ sweden.")
    )


@pytest.mark.slow
def test_documents_keep_their_numbers_over_several_segments() -> None:
    many = [
        document((f"Common word{n} " + "filler " * 400, ""), ("", ""), ("", ""))
        for n in range(9_000)
    ]
    index = SearchIndex.build(many, memory=15_000_000)
    for number in (0, 1, 4_321, 8_999):
        documents = index.search(index.understand(f"word{number}.")).documents
        assert documents.tolist() == [number]


def test_an_empty_index_answers() -> None:
    empty = SearchIndex.build([])
    assert empty.search(empty.understand("immunology")).total == 0
    assert empty.tagged(["x"]).tolist() == []


FORMS = (
    "Immunology", "immunologische", "Immuunsysteem", "Zürich", "zurich", "hearts", "harten",
    "Brain", "brains", "hersenen", "hersen", "surgical", "surgeries", "chirurg", "host",
    "defence", "of", "a", "x", "Ærø",
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(FORMS), max_size=12),
    st.sampled_from([" ", "-", "_", ", ", "’s ", " ŉ ", " İ"]),
    st.sampled_from(["immunology", "zurich", "hart", "brain", "surgery", "hos", "x", "aero", "i"]),
)
def test_a_word_is_marked_where_it_matches_and_nowhere_else(
    words: list[str], between: str, question: str
) -> None:
    marker = INDEX.understand(question).marker
    alone = Marker(marker.words, marker.prefixes)
    text = between.join(words)
    expected = "".join(
        piece.upper() if alone.matches(folded(piece)) else "." * len(piece)
        for piece in re.split(r"([\W_]+)", text)
    )
    marked = "".join(
        segment.text.upper() if segment.marked else "." * len(segment.text)
        for segment in alone.segments(text)
    )
    # A space between two marked words is marked with them.
    assert marked.replace(" ", ".") == expected
    assert marker.count(text) >= alone.count(text)


@pytest.mark.parametrize("question", ["immunologie", "heart stockholm", "imunology", "zwe"])
def test_an_index_in_a_folder_answers_as_one_in_memory(question: str, tmp_path: Path) -> None:
    SearchIndex.build(DOCUMENTS, SYNONYMS, folder=tmp_path)
    opened = SearchIndex.opened(tmp_path, SYNONYMS)
    mine, theirs = (index.search(index.understand(question)) for index in (opened, INDEX))
    assert mine.documents.tolist() == theirs.documents.tolist()
    assert mine.scores.tolist() == theirs.scores.tolist()
    assert opened.size == INDEX.size


def test_documents_that_moved_or_are_gone_are_found_where_they_are(tmp_path: Path) -> None:
    SearchIndex.build(DOCUMENTS, SYNONYMS, folder=tmp_path)
    before = INDEX.search(INDEX.understand("immunologie")).documents.tolist()
    places = np.arange(len(DOCUMENTS))[::-1].copy()
    places[before[0]] = -1
    index = SearchIndex.opened(tmp_path, SYNONYMS, places)
    after = index.search(index.understand("immunologie"))
    assert after.documents.tolist() == [len(DOCUMENTS) - 1 - number for number in before[1:]]
    assert len(after.scores) == len(after.documents)
