"""Terraform itself finds nothing wrong: form, `init`, `validate` and `test` of each folder."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from terraform_tests import TERRAFORM, Copy, Outcome, terraform_copy

from factory.terraform_docs import folders

FOLDERS = [folder.relative_to(TERRAFORM).as_posix() for folder in folders(TERRAFORM)]
NOT_CALLED = [".", "bootstrap", "examples/minimal", "examples/production"]
"""Folders that no other calls; together they call all others."""
# A run waits for the provider to start, twice: two folders at a time take little more than one.
AT_A_TIME = 2


@pytest.fixture(scope="session", name="copied")
def _copied(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy of terraform/ in which `init` works; without that the test is skipped, with the reason."""
    return terraform_copy(tmp_path_factory)


@pytest.fixture(scope="session")
def own_tests(request: pytest.FixtureRequest, copied: Copy) -> Iterator[dict[str, Future[Outcome]]]:
    """`terraform test` of all folders whose case was chosen, under way."""
    cases = [item for item in request.session.items if isinstance(item, pytest.Function)]
    chosen = [case for case in cases if case.originalname == test_a_folder_passes_its_own_tests.__name__]
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        yield {
            folder: pool.submit(copied.test, folder)
            for folder in (str(case.callspec.params["folder"]) for case in chosen)
        }
        pool.shutdown(cancel_futures=True)


def test_all_files_have_the_form_of_terraform_fmt() -> None:
    """So that a difference is one in what they say."""
    if shutil.which("terraform") is None:
        pytest.skip("terraform is not installed")
    ended = subprocess.run(
        ["terraform", "fmt", "-check", "-recursive", "-diff", "-no-color", str(TERRAFORM)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_initialises_without_a_warning(folder: str, copied: Copy) -> None:
    """Its modules are there, the provider fits, and no block is one that Terraform ignores there."""
    copied.init(folder)


@pytest.mark.parametrize("folder", NOT_CALLED)
def test_a_folder_is_valid(folder: str, copied: Copy) -> None:
    """Every argument is one that the provider knows, of the right type; nothing is used that is not there.

    That goes for the modules that it calls as well; each by itself is looked at so before its own tests plan.
    """
    copied.init(folder)
    ended = copied.run(folder, "validate", "-no-color")
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_passes_its_own_tests(folder: str, own_tests: dict[str, Future[Outcome]]) -> None:
    """And there were some."""
    tested = own_tests[folder].result()
    assert tested.status == 0, tested.complaints()
    assert tested.passed() > 0
