"""`sojourn people`: who works in the office, for the person who runs the installation."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import click

from sojourn.command import Failed, apply_migrations, start_django

if TYPE_CHECKING:
    from sojourn.people.models import RoleAssignment, User

# As in `sojourn.people.roles`; a test compares them. Importing those would start Django.
ROLES = ("coordinator", "secretary", "board", "reviewer", "operator", "safety")
MOST_SHOWN = 10

ADDRESS = click.argument("address")
ROLE = click.Choice(ROLES)
PROGRAMME = click.option(
    "--programme",
    "programmes",
    multiple=True,
    help="A degree programme, by its id; may be given several times. [default: all of them]",
)


@click.group()
def people() -> None:
    """Say who works in the office, and as what; and which students are let in.

    A coordinator decides, a secretary advises, a member of the Board of Examiners reads, a
    reviewer reads what is given to them, an operator does everything and looks after roles. The
    emergency team (safety) reads where students are, and nobody else does.
    """


@people.command()
@ADDRESS
@click.option("--role", type=ROLE, required=True, help="What the person does.")
@PROGRAMME
@click.option("--language", help="Language of the mail, such as nl. [default: the site's first]")
def invite(address: str, role: str, programmes: tuple[str, ...], language: str | None) -> None:
    """Invite the person with this mail ADDRESS to work in the office.

    They get a mail with a link that works once, for seven days; it is printed here too, in case
    the mail does not arrive. Give it to nobody else. Inviting again makes a new link; the one
    before stops working.
    """
    _start()
    from django.conf import settings

    from sojourn.common.languages import FIRST, known_language
    from sojourn.common.urls import site_root
    from sojourn.people.invitations import InvitationError
    from sojourn.people.invitations import invite as send_invitation
    from sojourn.people.roles import EVERY_PROGRAMME, Role

    _require_programmes(programmes)
    try:
        made = send_invitation(
            address,
            Role(role),
            by=None,
            programmes=programmes or (EVERY_PROGRAMME,),
            language=known_language(language) if language else FIRST,
        )
    except InvitationError as error:
        raise Failed(str(error)) from error
    if made.link:
        if not settings.SITE_URL:
            click.echo(
                f"SOJOURN_URL is not set, so the link begins with {site_root()}. If people reach "
                "Sojourn elsewhere, set SOJOURN_URL to that address and invite again.",
                err=True,
            )
        click.echo(f"{made.user.email} is invited. The link, which is in the mail too:")
        click.echo(f"  {made.link}")
    else:
        click.echo(
            f"{made.user.email} has an account already, and now has the role. A mail says so."
        )


@people.command("list")
def list_people() -> None:
    """Show who works in the office: roles, second step, last time signed in."""
    _start()
    from sojourn.people.staff import colleagues

    found = colleagues()
    if not found:
        click.echo(
            "Nobody yet. Invite somebody with: sojourn people invite ADDRESS --role operator"
        )
        return
    for each in found:
        name = each.user.get_full_name()
        click.echo(f"{each.user.email}{f'  {name}' if name else ''}")
        roles = ", ".join(_shown(role) for role in each.roles) or "no role"
        click.echo(f"  {roles}")
        if not each.user.is_active:
            state = "closed"
        elif not each.has_been_in:
            state = "invited, has not been in yet"
        else:
            step = "with a second step" if each.has_second_step else "no second step yet"
            seen = each.last_sign_in
            last = f"last signed in on {seen:%Y-%m-%d}" if seen else "never signed in"
            state = f"{step}, {last}"
        click.echo(f"  {state}")


@people.command()
@ADDRESS
@click.argument("role", type=ROLE)
@PROGRAMME
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The last day of the role, such as 2027-01-31; for a deputy.",
)
@click.option("--take-away", is_flag=True, help="Take the role away instead.")
def role(
    address: str,
    role: str,
    programmes: tuple[str, ...],
    until: dt.datetime | None,
    take_away: bool,
) -> None:
    """Give a ROLE to the account with this ADDRESS, or take it away."""
    _start()
    from sojourn.people.role_assignments import grant_role, revoke_role
    from sojourn.people.roles import EVERY_PROGRAMME, Role

    user = _account(address)
    if not user.is_staff:
        raise Failed(
            f"{user.email} is a student's account. Use: sojourn people invite {user.email}"
        )
    if take_away:
        held = user.role_assignments.filter(role=role)
        if programmes:
            held = held.filter(programme__in=programmes)
        if not held:
            raise Failed(f"{user.email} does not have this role.")
        for assignment in held:
            revoke_role(assignment, by=None)
    else:
        _require_programmes(programmes)
        for programme in programmes or (EVERY_PROGRAMME,):
            day = until.date() if until else None
            grant_role(user, Role(role), by=None, programme=programme, until=day)
    now = ", ".join(_shown(each) for each in user.role_assignments.all()) or "no role"
    click.echo(f"{user.email}: {now}")


@people.command()
@ADDRESS
def deactivate(address: str) -> None:
    """Close the account with this ADDRESS: signed out everywhere, and no way in.

    What the person did stays. What was theirs to do is listed, to be handed over. Inviting them
    again opens the account.
    """
    _start()
    from sojourn.common.urls import site_root, url_for
    from sojourn.people.staff import close_account
    from sojourn.selection.open_work import open_work_of

    user = _account(address)
    if not user.is_active:
        raise Failed(f"The account of {user.email} is closed already.")
    close_account(user, by=None)
    click.echo(f"{user.email} is signed out everywhere and cannot come in any more.")
    office = f"{site_root()}{url_for('office:today')}"
    work = open_work_of(user)
    for each in work:
        click.echo(f"{len(each.paths)} {each.what}:")
        for path in each.paths[:MOST_SHOWN]:
            click.echo(f"  {office}{path}")
        if len(each.paths) > MOST_SHOWN:
            click.echo(f"  and {len(each.paths) - MOST_SHOWN} more")
    if not work:
        click.echo("Nothing was theirs to do.")


@people.command("sign-out")
@click.argument("address", required=False)
@click.option("--everybody", is_flag=True, help="Sign out everybody, in every browser.")
def sign_out(address: str | None, everybody: bool) -> None:
    """Sign out the person with this ADDRESS everywhere, or everybody; they may sign in again."""
    if bool(address) == everybody:
        raise click.UsageError("Give one address, or --everybody.")
    _start()
    from sojourn.people import staff

    if address:
        user = _account(address)
        count = staff.sign_out(user, by=None)
        click.echo(f"{user.email} is signed out of {count} browsers.")
    else:
        click.echo(f"{staff.sign_out_everybody(by=None)} browsers are signed out.")


@people.command()
def waiting() -> None:
    """List the students whose address is of no domain of ours, and who wait to be let in."""
    _start()
    from sojourn.catalogue.acting import waiting as who_waits
    from sojourn.catalogue.snapshot.service import refresh_snapshot

    refresh_snapshot()
    found = who_waits()
    for user in found:
        name = user.get_full_name()
        click.echo(f"{user.email}{f'  {name}' if name else ''}")
    if not found:
        click.echo("Nobody waits.")


@people.command("let-in")
@ADDRESS
def let_in(address: str) -> None:
    """Let the student with this ADDRESS book, apply and write to people; they get a mail."""
    _start()
    from sojourn.people.access import let_in as open_to

    user = _students_account(address)
    open_to(user, by=None)
    click.echo(f"{user.email} is let in.")


@people.command()
@ADDRESS
def refuse(address: str) -> None:
    """Do not let in the student with this ADDRESS; they keep their plan and get a mail."""
    _start()
    from sojourn.people.access import refuse as keep_out

    user = _students_account(address)
    keep_out(user, by=None)
    click.echo(f"{user.email} is not let in.")


@people.command("reset-second-step")
@ADDRESS
def reset_second_step(address: str) -> None:
    """Take the second step off the account with this ADDRESS, whose owner lost it.

    Be sure that it is the person who asks: see them, or call the number that you know. They are
    signed out, get a mail, sign in with the password, and set up a new one.
    """
    _start()
    from sojourn.people.staff import reset_second_step as take_off

    user = _account(address)
    if not take_off(user, by=None):
        raise Failed(f"{user.email} has no second step.")
    click.echo(f"{user.email} signs in with the password now, and sets up a new second step.")


def _start() -> None:
    start_django()
    apply_migrations()


def _account(address: str) -> User:
    from sojourn.people.models import User

    user = User.objects.filter(email__iexact=address.strip()).first()
    if user is None:
        raise Failed(f"There is no account with the address {address}.")
    return user


def _students_account(address: str) -> User:
    user = _account(address)
    if user.is_staff:
        raise Failed(f"{user.email} works in the office.")
    return user


def _require_programmes(programmes: tuple[str, ...]) -> None:
    from sojourn.catalogue.models import DegreeProgramme

    known = list(DegreeProgramme.objects.order_by("position").values_list("slug", flat=True))
    for programme in programmes:
        if programme not in known:
            raise Failed(f"There is no degree programme {programme}. Known: {', '.join(known)}.")


def _shown(assignment: RoleAssignment) -> str:
    of = assignment.programme or "all programmes"
    until = f", until {assignment.until:%Y-%m-%d}" if assignment.until else ""
    return f"{assignment.role} ({of}{until})"
