"""Query strings that somebody might send: sensible, hostile, broken, repeated, huge."""

from __future__ import annotations

from urllib.parse import quote

from hypothesis import strategies as st

from tests.faults.requests import MARK

KNOWN_NAMES = (
    "q",
    "programme",
    "window",
    "country",
    "kind",
    "language",
    "preferred",
    "sort",
    "view",
    "page",
    "per_page",
    "subject",
    "period",
    "cost",
    "deadline",
    "year",
    "lang",
    "next",
    "institution",
    "level",
    "partner",
)
UNKNOWN_NAMES = ("utm_source", "__proto__", "a[b]", "q[]", "", " ", "é", "\x00", "PAGE", "format")
SENSIBLE = (
    "immunology",
    "tropische geneeskunde",
    "karolinska",
    "SE",
    "CU",
    "courses",
    "research_internship",
    "en",
    "sv",
    "true",
    "false",
    "relevance",
    "deadline",
    "cost",
    "distance",
    "title",
    "ects",
    "list",
    "map",
    "table",
    "1",
    "2",
    "3",
    "2027",
    "biomedical-sciences-bsc",
    "bms-bsc-y2-karolinska-semester",
    "",
)
HOSTILE = (
    "0",
    "-1",
    "1e9",
    "NaN",
    "Infinity",
    "9" * 400,
    "١٢",  # digits, but not ASCII ones: int() accepts them
    "１",
    " 1 ",
    "1_000",
    "0x10",
    "null",
    "undefined",
    "[]",
    "{}",
    "' OR 1=1 --",
    '" OR "" = "',
    "%",
    "%%%",
    "_",
    "*",
    "**",
    "?",
    "~",
    "^",
    "+",
    "-",
    "(",
    ")",
    "((((((((((",
    "[",
    "]",
    "{!x}",
    "title:",
    "title:(",
    "AND",
    "OR NOT AND",
    "a AND",
    "NOT",
    '"',
    '"unclosed',
    "a^99999999999",
    "a~99999",
    "[a TO",
    "[* TO *]",
    "\\",
    "\\\\",
    "/regex[/",
    "a" * 5000,
    "a " * 3000,
    "é" * 2000,
    "\x00",
    "\x00" * 50,
    "\r\nSet-Cookie: a=b",
    "\u202e\u200b\ufeff",
    "\ufffd",
    "🙂" * 50,
    "Z̷̧̛͙̣͍a̵l̷g̵o̷",
    "İıſßŉ",
    f'">{MARK}',
    f"'{MARK}",
    f"</script>{MARK}",
    "javascript:alert(1)",
    "//evil.example",
    "https://evil.example/",
    "../../etc/passwd",
    "{{7*7}}",
    "{% debug %}",
    "${jndi:ldap://x}",
    "%(x)s",
    "%s%s%n",
    "{0.__class__}",
)
# Written into the query as they are: what no well-behaved client sends.
RAW = (
    "%",
    "%z",
    "%zz",
    "%0",
    "%00",
    "%ff",
    "%fe%ff",
    "%c0%af",
    "%ed%a0%80",
    "%u0041",
    "\xff\xfe",
    "\xe9",
    "&&&&",
    "====",
    "=&=&=",
    "&=",
    ";",
    "#",
    "?",
    "??q=a",
    "q",
    "q==",
    "+++",
    "%26%3D",
    "q=%F0%9F%99",
)

names = st.one_of(
    st.sampled_from(KNOWN_NAMES),
    st.sampled_from(KNOWN_NAMES),
    st.sampled_from(KNOWN_NAMES),
    st.sampled_from(UNKNOWN_NAMES),
    st.text(max_size=12),
)
values = st.one_of(
    st.sampled_from(SENSIBLE),
    st.sampled_from(HOSTILE),
    st.text(max_size=40),
    st.integers().map(str),
    st.lists(st.sampled_from(SENSIBLE + HOSTILE), min_size=2, max_size=5).map(",".join),
    st.lists(st.sampled_from(SENSIBLE + HOSTILE), min_size=2, max_size=5).map(" ".join),
)


def _encode(text: str) -> str:
    return quote(text, safe="", errors="surrogatepass")


_pairs = st.builds(lambda name, value: f"{_encode(name)}={_encode(value)}", names, values)
_latin = st.builds(
    lambda name, value: f"{name}={quote(value.encode('latin-1', 'replace'))}",
    st.sampled_from(KNOWN_NAMES),
    values,
)
_raw = st.one_of(
    st.sampled_from(RAW),
    st.builds(
        lambda name, raw: f"{name}={raw}", st.sampled_from(KNOWN_NAMES), st.sampled_from(RAW)
    ),
    st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=30),
)
_repeated = st.builds(
    lambda pair, times: "&".join([pair] * times), _pairs, st.sampled_from([2, 3, 30, 300])
)

query_strings = st.one_of(
    st.lists(_pairs, min_size=1, max_size=5).map("&".join),
    st.lists(_pairs, min_size=1, max_size=5).map("&".join),
    st.lists(st.one_of(_pairs, _latin, _raw), min_size=1, max_size=4).map("&".join),
    _repeated,
)
