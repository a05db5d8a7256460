"""What the office's forms about the catalogue share: languages side by side, and an origin.

No source, no fact: a form that says something about the world also asks where that comes from, out
of the sources that there are or a new one. What a file of an edition may not say, no form may.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel

from sojourn.catalogue import edits, entry_rules
from sojourn.catalogue.choices import Certainty
from sojourn.catalogue.forms import CatalogueForm
from sojourn.catalogue.models import Entry, Institution, Source
from sojourn.common.languages import LANGUAGES, REQUIRED
from sojourn.common.translated_fields import column, columns, field_of, label_in, text_of

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

Words = str | Promise


def day_field(label: _StrOrPromise, *, required: bool = False) -> forms.DateField:
    """Return a field for a day, as browsers offer one."""
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def website_field() -> forms.URLField:
    """Return a field for the address of a website."""
    return forms.URLField(
        label=gettext_lazy("Website"), required=False, max_length=200, assume_scheme="https"
    )


@dataclass(frozen=True)
class Group:
    """A part of a form: rows of fields that stand beside each other."""

    title: Words
    rows: tuple[tuple[forms.BoundField, ...], ...]
    is_folded: bool = False

    @property
    def has_mistakes(self) -> bool:
        return any(field.errors for row in self.rows for field in row)


class EntryForm(CatalogueForm):
    """A form about one entry of the catalogue. `GROUPS` says how its fields stand.

    A name of a field in several languages stands for a row of them.
    """

    # Title, fields (several in one row as a tuple), and whether it is folded at first.
    GROUPS: Sequence[tuple[Words, Sequence[str | tuple[str, ...]], bool]] = ()
    TRANSLATED: Sequence[str] = ()
    NEEDED: Sequence[str] = ()
    """Fields in several languages that must be written."""
    SCHEMA: type[BaseModel]

    # For what is new: by it two clicks are known as one form.
    sending = forms.CharField(
        widget=forms.HiddenInput, initial=uuid.uuid4, required=False, max_length=36
    )
    kept_sources: forms.ModelMultipleChoiceField[Source] = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Sources so far"),
        help_text=gettext_lazy("Take the tick away from one that does not say this any more."),
        queryset=Source.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    source: forms.ModelChoiceField[Source] = forms.ModelChoiceField(
        label=gettext_lazy("Where this comes from"),
        queryset=Source.objects.none(),
        required=False,
        empty_label=gettext_lazy("Choose a source"),
        to_field_name="slug",
    )
    source_title = forms.CharField(
        label=gettext_lazy("Or a new source: its title"), max_length=300, required=False
    )
    source_url = forms.URLField(
        label=gettext_lazy("Its web address"),
        required=False,
        max_length=500,
        assume_scheme="https",
    )
    source_year = forms.IntegerField(
        label=gettext_lazy("The year it speaks of"), required=False, min_value=1900, max_value=2200
    )

    def __init__(self, *arguments: Any, near: Institution | None = None, **named: Any) -> None:
        """Offer the sources, those that speak of an institution nearby first."""
        super().__init__(*arguments, **named)
        for name in columns(*self.TRANSLATED):
            base, language = field_of(name)
            field = self.fields[name]
            plain = self._meta.model._meta.get_field(base)
            field.label = label_in(
                getattr(self, "LABELS", {}).get(base, plain.verbose_name), language
            )
            # A name of a column begins in small letters; a label does not.
            field.label = field.label[:1].upper() + field.label[1:]
            field.required = base in self.NEEDED and language in REQUIRED
            field.widget.attrs["lang"] = language
        if self.instance.pk:
            mine = cast("Entry", self.instance).sources.order_by("slug")
            cast("Any", self.fields["kept_sources"]).queryset = mine
            self.initial["kept_sources"] = list(mine)
        if self.instance.pk:
            del self.fields["sending"]
        if not self.instance.pk or not self.initial["kept_sources"]:
            del self.fields["kept_sources"]
        offer_sources(self.fields["source"], near)

    @property
    def groups(self) -> list[Group]:
        """The parts of the form in their order, and where it comes from last."""
        found = [self._group(*each) for each in self.GROUPS]
        origin = [name for name in ("kept_sources", "source") if name in self.fields]
        found.append(
            self._group(
                _("Where it comes from"),
                (*origin, ("source_title", "source_url", "source_year"), "is_example"),
                False,
            )
        )
        return found

    def _group(self, title: Words, rows: Sequence[str | tuple[str, ...]], is_folded: bool) -> Group:
        found = []
        for row in rows:
            names = (row,) if isinstance(row, str) else row
            fields: list[forms.BoundField] = []
            for name in names:
                if name in self.TRANSLATED:
                    fields += [self[each] for each in columns(name)]
                elif name in self.fields:
                    fields.append(self[name])
            if fields:
                found.append(tuple(fields))
        made = Group(title, tuple(found), is_folded)
        return Group(title, made.rows, is_folded and not made.has_mistakes)

    # --- The rules ----------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors:
            self._require_origin(data)
        if not self.errors:
            for path, words in entry_rules.problems_of(self.SCHEMA, self.entry(data)):
                # What holds between fields, the model says as well, at the field where it is.
                if path:
                    self.add_error(self._field_at(path), words)
        return data

    def _require_origin(self, data: dict[str, Any]) -> None:
        says = data.get("kept_sources") or data.get("source") or data.get("source_title")
        if not says and not data.get("is_example"):
            self.add_error("source", _("Say where this comes from, or mark it as an example."))
        if data.get("source_url") and not data.get("source_title"):
            self.add_error("source_title", _("Give the new source a title."))

    def entry(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return what was typed as a file of an edition would say it."""
        raise NotImplementedError

    def origin(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return the origin as a file would say it; a new source has no id yet."""
        sources = [each.slug for each in data.get("kept_sources") or ()]
        if data.get("source"):
            sources.append(data["source"].slug)
        if data.get("source_title"):
            sources.append("a-new-source")
        return {"sources": sorted(set(sources)), "example": bool(data.get("is_example"))}

    def said(self, data: dict[str, Any], name: str) -> dict[str, str]:
        """Return a text as it was typed, in the languages in which it was."""
        return entry_rules.in_languages(dict(text_of(data, name)))

    def _field_at(self, path: entry_rules.Path) -> str | None:
        names = [str(each) for each in path]
        if not names:
            return None
        alias = getattr(self, "ALIASES", {}).get(names[0], names[0])
        if alias in self.TRANSLATED:
            language = names[1] if len(names) > 1 and names[1] in LANGUAGES else LANGUAGES[0]
            return column(alias, language)
        return alias if alias in self.fields else None

    # --- Saving -------------------------------------------------------------------------------

    def set_sources(self, entry: Entry, today: dt.date) -> None:
        """Link the entry, which is saved, with the sources that were chosen or written."""
        data = self.cleaned_data
        found = list(data.get("kept_sources") or ())
        if data.get("source"):
            found.append(data["source"])
        if made := written_source(data, today):
            found.append(made)
        entry.sources.set(found)


def written_source(data: dict[str, Any], today: dt.date, prefix: str = "source") -> Source | None:
    """Make the source that was written in a form, if one was."""
    if not data.get(f"{prefix}_title"):
        return None
    return edits.new_source(
        data[f"{prefix}_title"],
        data.get(f"{prefix}_url") or "",
        data.get(f"{prefix}_year"),
        checked_on=today,
        certainty=Certainty.OFFICIAL,
    )


def offer_sources(field: forms.Field, near: Institution | None = None) -> None:
    """Offer every source in a field, those that speak of an institution first."""
    found = cast("Any", field)
    every = list(Source.objects.order_by("title", "slug").values_list("slug", "title", "year"))
    close = set(_sources_near(near)) if near is not None else set()
    here = [(slug, _titled(title, year)) for slug, title, year in every if slug in close]
    rest = [(slug, _titled(title, year)) for slug, title, year in every if slug not in close]
    found.queryset = Source.objects.all()
    groups: list[Any] = [("", str(found.empty_label or _("Choose a source")))]
    if here:
        groups += [(_("Of this partner"), here), (_("All sources"), rest)]
    else:
        groups += rest
    found.choices = groups


def _titled(title: str, year: int | None) -> str:
    return f"{title} ({year})" if year else title


def _sources_near(partner: Institution) -> Iterable[str]:
    yield from partner.sources.values_list("slug", flat=True)
    for rows in (partner.agreements, partner.contacts):
        related = cast("QuerySet[Any]", rows.all())
        yield from related.exclude(sources=None).values_list("sources__slug", flat=True)
