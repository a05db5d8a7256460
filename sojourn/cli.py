"""The `sojourn` command.

Exit codes: 0 done; 1 could not be done, the message says why; 2 used wrongly; 130 interrupted.

Django is imported by the commands that need it, so that `--help` answers at once.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sojourn import __version__
from sojourn.command import Failed, apply_migrations, prepare_data_folder, start_django
from sojourn.common.data_folder import PROJECT_ROOT, close_to_others
from sojourn.people_commands import people

if TYPE_CHECKING:
    from sojourn.people.demo import DemoAccount

DEMO_EDITION = PROJECT_ROOT / "editions" / "leiden"
VERIFY_SCRIPT = Path(__file__).parent / "engines" / "allocation" / "verify.py"


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="sojourn")
def cli() -> None:
    """Sojourn, the study-abroad office in one program.

    One installation keeps everything that is its own in one folder: SOJOURN_DATA (default: var/
    beside the code). DATABASE_URL chooses PostgreSQL instead of the SQLite file in that folder.

    \b
    Exit codes
      0    done
      1    could not be done, and nothing was changed; the message says why
      2    used wrongly
      130  interrupted
    """


cli.add_command(people)


@cli.command(short_help="Serve the site until Ctrl-C.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(1, 65535),
    envvar="PORT",
    show_envvar=True,
    help="Port to listen on.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help="Web processes. [default: one a core, from 2 to 4]",
)
@click.option("--no-worker", is_flag=True, help="Leave the waiting tasks to `sojourn worker`.")
@click.option(
    "--demo",
    is_flag=True,
    help="To try it out: load the Leiden edition if the database is empty, make demo accounts.",
)
def serve(host: str, port: int, workers: int | None, no_worker: bool, demo: bool) -> None:
    """Serve the site: web processes and a worker, until Ctrl-C or SIGTERM.

    Brings the installation up to date first: tables, translations, static files.
    """
    from sojourn.common.urls import LISTENS_ON
    from sojourn.config.serve import (
        Address,
        PortError,
        WorkerProcess,
        reserved,
        sensible_process_count,
    )
    from sojourn.config.serve import serve as serve_until_stopped

    address = Address(host, port)
    try:
        with reserved(address), _at_work():
            click.echo(f"Sojourn starts; it will be at {address.url}")
            start_django()
            os.environ[LISTENS_ON] = address.url.rstrip("/")
            close_to_others()
            apply_migrations()
            _prepare_files()
            accounts = _prepare_demo() if demo else []
            if demo:
                _make_demo_stay()
            nobody_is_in = _nobody_works_here()
            serve_until_stopped(
                address,
                workers or sensible_process_count(),
                ready=lambda: _say_where_to_go(address.url, accounts, nobody_is_in),
                worker=None if no_worker else WorkerProcess(),
            )
    except PortError as error:
        raise Failed(str(error)) from error
    click.echo("Sojourn has stopped.")


@contextlib.contextmanager
def _at_work() -> Iterator[None]:
    """From here on nobody may restore a backup underneath us."""
    from sojourn.config.running import at_work

    prepare_data_folder()
    with at_work():
        yield


def _prepare_files() -> None:
    from sojourn.config.installation import collect_static_files
    from sojourn.config.messages import compile_messages

    try:
        compile_messages()
        collect_static_files()
    except OSError as error:
        raise Failed(f"Sojourn cannot write {error.filename} ({error.strerror}).") from error


def _nobody_works_here() -> bool:
    from sojourn.people.models import RoleAssignment

    return not RoleAssignment.objects.filter(user__is_active=True).exists()


def _say_where_to_go(url: str, accounts: Sequence[DemoAccount], nobody_is_in: bool) -> None:
    """Print the last lines of a start in one write, so that no log line falls between."""
    from django.conf import settings

    homes = ", ".join(f"{url}{code}/ ({name})" for code, name in settings.LANGUAGES)
    lines = ["", f"Sojourn is ready: {homes}"]
    if accounts:
        width = max(len(account.email) for account in accounts)
        lines.append(f"Demo accounts (sign in at {url}{settings.LANGUAGE_CODE}/account/login/):")
        lines += [
            f"  {account.email:<{width}}  {account.password}  ({account.who})"
            for account in accounts
        ]
    if nobody_is_in:
        lines += [
            "Nobody works in the office yet. Invite the first person, who may do everything there:",
            "  sojourn people invite ADDRESS --role operator",
            "with the same settings as this command. It prints the link to open.",
        ]
    lines += ["Ctrl-C stops it.", ""]
    sys.stdout.write("\n".join(lines))
    sys.stdout.flush()


@cli.group()
def demo() -> None:
    """Run the commands that are only for trying Sojourn out."""


@demo.command("accounts")
def demo_accounts() -> None:
    """Make the demo accounts, or show them again.

    A student for each degree programme, a coordinator, a secretary, a member of the Board of
    Examiners and an operator. Passwords are drawn here and kept in
    SOJOURN_DATA/demo-accounts.txt, which only you can read.
    """
    start_django()
    apply_migrations()
    for account in _make_demo_accounts():
        click.echo(f"{account.email}\t{account.password}\t{account.who}")


@demo.command("round")
@click.option(
    "--until",
    type=click.Choice(["draft", "open", "closed", "reviewed", "results", "nominations"]),
    default="nominations",
    show_default=True,
    help="How far it is taken; do the rest yourself in the office.",
)
@click.option(
    "--address",
    default="example-round",
    show_default=True,
    help="The end of its address; with another one there are two example rounds.",
)
def demo_round(until: str, address: str) -> None:
    """Make the example round: 40 applicants, Karolinska and four half minors.

    Loads the Leiden edition if the database is empty, and makes the demo accounts. All applicants
    are made up and marked as examples. A second call continues from the round's current state.
    Once there are results, the published file is checked with the script that anybody can run.
    """
    start_django()
    apply_migrations()
    accounts = _prepare_demo()
    from sojourn.catalogue.snapshot.service import refresh_snapshot
    from sojourn.people.models import User
    from sojourn.selection.demo import Stage, make_example_round
    from sojourn.selection.errors import SelectionError
    from sojourn.selection.permissions import may_manage

    known = {each.email: each for each in User.objects.filter(is_demo=True)}
    people = [known[each.email] for each in accounts if each.email in known]
    office = [each for each in people if may_manage(each)]
    bachelors = [each for each in people if each.email.endswith("-bsc@example.org")]
    try:
        made = make_example_round(
            refresh_snapshot(), office, bachelors, Stage[until.upper()], address
        )
    except SelectionError as error:
        raise Failed(error.message) from error
    click.echo(f"{made.title}: {made.applications.count()} example applicants, {made.state}.")
    if hasattr(made, "publication"):
        _check_certificate(bytes(made.publication.run.published), made.lottery.commitment)


@demo.command("large")
def demo_large() -> None:
    """Make up a large office: 5,000 students, 500 places, five years of rounds, 20,000 mails.

    For trying how it feels with many, on an installation without a real person: it refuses any
    other. Everybody in it is made up and a demonstration account; nothing is mailed. It takes a
    few minutes.
    """
    start_django()
    apply_migrations()
    accounts = _prepare_demo()
    from sojourn.mobility.large_demo import Size, make_large
    from sojourn.people.models import User
    from sojourn.selection.errors import SelectionError
    from sojourn.selection.permissions import may_manage

    known = User.objects.filter(is_demo=True, email__in=[each.email for each in accounts])
    office = [each for each in known if may_manage(each)]
    try:
        made = make_large(Size(), office)
    except SelectionError as error:
        raise Failed(error.message) from error
    for name, count in made.items():
        click.echo(f"{count:>7,} {name}")


def _check_certificate(published: bytes, commitment: str) -> None:
    """Run the stand-alone script on the published file, in a Python of its own."""
    import subprocess
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "result.json"
        file.write_bytes(published)
        found = subprocess.run(
            [sys.executable, "-I", str(VERIFY_SCRIPT), str(file), commitment],
            capture_output=True,
            text=True,
            check=False,
        )
    click.echo(found.stdout.strip())
    if found.returncode:
        raise Failed("The certificate of the example round does not hold.")


def _prepare_demo() -> list[DemoAccount]:
    from sojourn.advising.demo import make_demo_slots
    from sojourn.common.locks import one_at_a_time
    from sojourn.config.installation import catalogue_is_empty
    from sojourn.experiences.demo import make_demo_experiences

    # Two first starts at once: the second waits, and then finds the edition loaded.
    with one_at_a_time("first-load"):
        if catalogue_is_empty():
            _load_demo_edition()
    accounts = _make_demo_accounts()
    make_demo_experiences()
    make_demo_slots()
    return accounts


def _make_demo_stay() -> None:
    from sojourn.mobility.demo import make_demo_stay

    make_demo_stay()


def _make_demo_accounts() -> list[DemoAccount]:
    from sojourn.catalogue.models import DegreeProgramme
    from sojourn.people.demo import DemoProgramme, make_demo_accounts

    programmes = DegreeProgramme.objects.order_by("pk")
    return make_demo_accounts([DemoProgramme(each.slug, str(each.name)) for each in programmes])


def _load_demo_edition() -> None:
    from rich.console import Console

    from sojourn.catalogue.acting import let_everybody_in
    from sojourn.catalogue.edition.load import load_edition
    from sojourn.catalogue.edition.problems import EditionError
    from sojourn.catalogue.edition.show import show_problems

    click.echo("The database is empty: loading the Leiden edition …")
    try:
        load_edition(DEMO_EDITION)
    except EditionError as error:
        show_problems(error, Console(stderr=True))
        raise Failed("The Leiden edition could not be loaded.") from error
    let_everybody_in()


EDITION_FOLDER = click.argument(
    "edition", type=click.Path(exists=True, file_okay=False, path_type=Path)
)


@cli.command(short_help="Bring an edition into the catalogue.")
@EDITION_FOLDER
@click.option("--without-examples", is_flag=True, help="Leave out what is only an illustration.")
@click.option("--overwrite", is_flag=True, help="Replace what the office edited since.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
def load(edition: Path, without_examples: bool, overwrite: bool, dry_run: bool) -> None:
    """Bring the edition in the folder EDITION into the catalogue.

    All or nothing, in one transaction. Says what was added, changed and left alone; a second run
    changes nothing. What the office edited since the last load stays and is listed. Visitors see
    the new catalogue within two seconds.
    """
    start_django()
    apply_migrations()
    from django.db import transaction
    from rich.console import Console

    from sojourn.catalogue.edition.examples import ExamplePolicy
    from sojourn.catalogue.edition.merge import ConflictPolicy
    from sojourn.catalogue.edition.show import run_load

    console = Console()
    with transaction.atomic():
        code = run_load(
            edition,
            console,
            Console(stderr=True),
            examples=ExamplePolicy.DROP if without_examples else ExamplePolicy.KEEP,
            on_conflict=ConflictPolicy.OVERWRITE if overwrite else ConflictPolicy.KEEP_OFFICE,
        )
        transaction.set_rollback(dry_run)
    if dry_run and code == 0:
        console.print("This was a dry run: nothing was changed.")
    sys.exit(code)


@cli.group()
def catalogue() -> None:
    """Look after the catalogue."""


@catalogue.command("import-institutions", short_help="Take in a list of institutions.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--title", default="", help="What the list is; the file's name if not given.")
def import_institutions(file: Path, title: str) -> None:
    """Take in FILE, a list of institutions to make partners from.

    A dump of ROR (CSV or JSON, either form), or the European list with Erasmus codes as CSV. What
    is known already by its ROR id, SCHAC or Erasmus code is renewed; nothing is removed, and no
    partner changes.
    """
    start_django()
    apply_migrations()
    from django.utils import timezone

    from sojourn.catalogue.institution_lists import ListError, import_list

    try:
        with file.open("rb") as content:
            done = import_list(content, title or file.stem, timezone.localdate())
    except ListError as error:
        raise Failed(error.message) from error
    click.echo(
        f"{done.added} institutions are new, {done.changed} renewed, {done.left_out} left out."
    )


@cli.command(short_help="Say what is wrong with an edition.")
@EDITION_FOLDER
def check(edition: Path) -> None:
    """Read the edition in the folder EDITION and say everything that is wrong with it.

    Each problem comes with its file, line and field, and with what was expected. Needs no database
    and changes nothing.
    """
    start_django()
    from rich.console import Console

    from sojourn.catalogue.edition.show import run_check

    sys.exit(run_check(edition, Console(), Console(stderr=True)))


@cli.command(short_help="Write the catalogue out as the files of an edition.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """Write what is published into FOLDER, which is new or empty, as an edition.

    What the office changed is in it; loading it again changes nothing. Reports of students stay
    out: they are theirs.
    """
    start_django()
    from rich.console import Console

    from sojourn.catalogue.edition.export import export_edition

    try:
        written = export_edition(folder)
    except FileExistsError:
        raise Failed(f"The folder {folder} is not empty. Name another one.") from None
    Console().print(f"Written: {len(written)} files.")


@cli.command(short_help="Check a signed agreement, or a published result of a round.")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("commitment", required=False)
def verify(file: Path, commitment: str | None) -> None:
    """Check FILE: a signed agreement (PDF), or the published result of a round.

    An agreement is compared, byte for byte, with what was signed, and its chain of evidence is
    followed; that needs the database.

    A result is checked from scratch: yes, or the first thing that is wrong. COMMITMENT is the hash
    that was published when the round opened. Needs no database and no data folder; the script that
    does it is also on every result page, to be run with Python alone.
    """
    import runpy

    if _begins_as_pdf(file):
        _verify_agreement(file)
        return
    # By its path, so that not even its own package is imported: the script stands alone.
    script = runpy.run_path(str(VERIFY_SCRIPT))
    sys.exit(script["main"]([str(file), *([commitment] if commitment else [])]))


def _begins_as_pdf(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return opened.read(5) == b"%PDF-"
    except OSError:
        return False


def _verify_agreement(file: Path) -> None:
    start_django()
    from sojourn.mobility.agreements import evidence

    found = evidence.document_of(file.read_bytes())
    if found is None:
        raise Failed("no: this is not a signed agreement of this installation, or it was changed.")
    broken = evidence.first_break(found.version.agreement)
    if broken is not None:
        raise Failed(f"no: the chain of evidence does not hold from link {broken} on.")
    force = "in force" if evidence.is_in_force(found) else "replaced by a later version"
    click.echo(f"yes: version {found.version.number}, signed by everybody, {force}.")
    click.echo(f"text  sha256:{found.version.digest}")
    click.echo(f"data  sha256:{found.data_sha256}")


@cli.command(short_help="Run the waiting tasks until Ctrl-C.")
def worker() -> None:
    """Run the waiting tasks (mail, housekeeping) until Ctrl-C or SIGTERM.

    `sojourn serve` starts one by itself; this is for running more, or on another machine. The task
    in hand is finished first.
    """
    with _at_work():
        start_django()
        from sojourn.config.worker import run_worker

        run_worker()


@cli.command(short_help="Bring the database up to date.")
def migrate() -> None:
    """Bring the database's tables up to date (serve does so by itself)."""
    start_django()
    applied = apply_migrations()
    click.echo(f"{applied} migrations applied." if applied else "Nothing to do.")


@cli.command(short_help="Write the migrations that SOJOURN_LANGUAGES needs.")
def languages() -> None:
    """Add columns for the languages of SOJOURN_LANGUAGES that Sojourn does not bring itself.

    Each app with texts gets a migration; keep them with your copy of Sojourn.
    """
    start_django()
    from django.core.management import call_command

    call_command("makemigrations", name="languages", verbosity=1)


@cli.command(short_help="Write everything into one file.")
@click.argument("to", type=click.Path(path_type=Path))
@click.option(
    "--keep",
    type=click.IntRange(1),
    help="In a folder: keep this many backups and remove the oldest beyond.",
)
def backup(to: Path, keep: int | None) -> None:
    """Write the database, the files and the signing key into one ZIP file, also while Sojourn runs.

    TO is the file to make, or a folder, in which the file gets the time as its name. It never
    replaces another file. Who has it can read everything in it: keep it as safe as the data.
    """
    prepare_data_folder()
    from sojourn.config.backup import (
        BackupError,
        bytes_to_pack,
        name_now,
        remove_old_backups,
        write_backup,
    )
    from sojourn.config.database_copy import DatabaseCopyError

    if keep is not None and not to.is_dir():
        raise click.UsageError("--keep wants a folder to keep backups in.")
    try:
        with _progress("Packing", bytes_to_pack()) as advance:
            made = write_backup(to / name_now() if to.is_dir() else to, advance)
    except (BackupError, DatabaseCopyError) as error:
        raise Failed(str(error)) from error
    click.echo(f"{made.path}: {made.manifest.engine} database, {_files(made.file_count)}")
    if made.has_key:
        click.echo("The signing key is inside. Keep the file as safe as the data itself.")
    else:
        click.echo("The signing key is not inside: SOJOURN_SECRET_KEY has it. Keep that too.")
    if keep is not None:
        try:
            gone = remove_old_backups(made.path, keep)
        except OSError as error:
            raise Failed(
                f"The backup is made, but {error.filename} cannot be removed ({error.strerror})."
            ) from error
        for path in gone:
            click.echo(f"Removed the old backup {path.name}.")


@cli.command("call-list", short_help="Write who is where into a sealed file.")
@click.option(
    "--to",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder. [default: SOJOURN_CALL_LIST_TO]",
)
def call_list(to: Path | None) -> None:
    """Write who is where today, and how each is reached, into a file outside of this machine.

    The worker does the same each night. The file is sealed with age for the keys that
    SOJOURN_CALL_LIST_KEYS names (age1…, with spaces); Sojourn cannot open it. How it is opened
    without Sojourn is in docs/operating.md.
    """
    start_django()
    apply_migrations()
    from django.utils import timezone

    from sojourn.mobility import whereabouts_file

    try:
        path = whereabouts_file.write(timezone.now(), to)
    except whereabouts_file.CallListError as error:
        raise Failed(error.message) from error
    click.echo(f"Written: {path}")


@cli.command(short_help="Put a backup back.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--overwrite", is_flag=True, help="Also where something is; that is put aside.")
def restore(file: Path, overwrite: bool) -> None:
    """Put the backup FILE in the place of this installation's data.

    Sojourn must be stopped. The file is read and checked whole before anything is touched. Where
    there is data already nothing is done, unless --overwrite is given: then what was there is put
    aside in SOJOURN_DATA/replaced-… (remove it when all is well).
    """
    prepare_data_folder()
    from sojourn.config.database_copy import DatabaseCopyError
    from sojourn.config.restore import (
        RestoreError,
        WhenOccupied,
        read_manifest,
        restore_backup,
    )
    from sojourn.config.running import StillRunningError

    when_occupied = WhenOccupied.PUT_ASIDE if overwrite else WhenOccupied.REFUSE
    try:
        size = sum(entry.bytes for entry in read_manifest(file).files.values())
        with _progress("Unpacking", size) as advance:
            restored = restore_backup(file, when_occupied, advance)
    except (RestoreError, DatabaseCopyError, StillRunningError) as error:
        raise Failed(str(error)) from error
    click.echo(f"Restored as it was at {restored.manifest.made_at}.")
    if restored.put_aside:
        click.echo(f"What was here before is in {restored.put_aside}.")
    if not restored.has_key:
        click.echo("The signing key was not in the backup: set SOJOURN_SECRET_KEY as it was.")


@cli.command(short_help="Go from SQLite to PostgreSQL, or back.")
@click.argument("to", metavar="DATABASE_URL|sqlite")
def transfer(to: str) -> None:
    """Copy the database of this installation into another kind of database.

    From SQLite to the empty PostgreSQL database that the argument names, or from the PostgreSQL of
    DATABASE_URL to `sqlite`, the file in SOJOURN_DATA (one that is there is put aside). Sojourn
    must be stopped. Every table is counted and summed up on both sides. The source is left as it
    is; files, mail and key stay in SOJOURN_DATA.
    """
    start_django()
    apply_migrations()
    from sojourn.config.database_copy import DatabaseCopyError
    from sojourn.config.running import StillRunningError
    from sojourn.config.transfer import TransferError
    from sojourn.config.transfer import transfer as copy_everything

    try:
        done = copy_everything(to)
    except (TransferError, DatabaseCopyError, StillRunningError) as error:
        raise Failed(str(error)) from error
    click.echo(f"{done.rows} rows of {done.tables} tables are the same on both sides.")
    click.echo(done.next_step)


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


@contextlib.contextmanager
def _progress(doing: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show a bar on the terminal that counts bytes; nothing where there is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn

    console = Console(stderr=True)
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task(doing, total=total)
        yield lambda amount: bar.advance(task, amount)


def main() -> None:
    """Entry of the console script."""
    # What is made here is for its owner alone, whatever the shell or the service says.
    os.umask(0o077)
    try:
        cli.main(prog_name="sojourn", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
