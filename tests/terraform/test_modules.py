"""Terraform itself finds nothing wrong: form, `init`, `validate` and `test` of each folder.

They run in a copy, so that nothing is left in the tree, and only where `terraform init` gets the provider: from the
registry, or from wherever the CLI configuration of this machine says.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from terraform_here import REQUIRED

ROOT = Path(__file__).parents[2]
TERRAFORM = ROOT / "terraform"
_FILES = [path for path in TERRAFORM.rglob("*.tf") if ".terraform" not in path.parts]
FOLDERS = sorted({path.parent.relative_to(TERRAFORM).as_posix() for path in _FILES})
# A run waits for the provider to start, twice: two folders at a time take little more than one.
AT_A_TIME = 2
TESTED = [folder for folder in FOLDERS if any((TERRAFORM / folder).glob("tests/*.tftest.hcl"))]


@dataclass
class Copy:
    """The folders in a place of their own, beside what they read of the repository."""

    root: Path
    environment: dict[str, str]
    initialised: set[str] = field(default_factory=set)

    def run(self, folder: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Terraform in a folder."""
        command = ["terraform", f"-chdir={self.root / folder}", *arguments, "-no-color"]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=550, check=False)

    def init(self, folder: str) -> None:
        """Get a folder ready, once. The backend stays out: there is no bucket of states here."""
        if folder not in self.initialised:
            ended = self.run(folder, "init", "-backend=false", "-input=false")
            assert ended.returncode == 0, ended.stdout + ended.stderr
            self.initialised.add(folder)


@pytest.fixture(scope="session")
def terraform_copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy of terraform/ in which `init` works; without that the test is skipped, with the reason."""
    if shutil.which("terraform") is None:
        pytest.skip("terraform is not installed")
    place = tmp_path_factory.mktemp("terraform")
    cache = place / "plugins"
    cache.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_VAR_"))}
    environment |= {"TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1", "AWS_EC2_METADATA_DISABLED": "true"}
    environment.setdefault("TF_PLUGIN_CACHE_DIR", str(cache))
    # Lock files are not committed: the provider's version is the newest that the constraint allows.
    environment["TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE"] = "1"
    checkout = Copy(place / "checkout", environment)
    (checkout.root / "probe").mkdir(parents=True)
    (checkout.root / "probe" / "main.tf").write_text(REQUIRED)
    probed = checkout.run("probe", "init", "-input=false")
    if probed.returncode:
        reason = " ".join(probed.stderr.replace("│", " ").split())
        pytest.skip(f"terraform init gets no provider hashicorp/aws ~> 6.0 here: {reason[:300]}")
    for path in ROOT.iterdir():
        if path != TERRAFORM:
            (checkout.root / path.name).symlink_to(path)
    shutil.copytree(TERRAFORM, checkout.root / "terraform", ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
    return Copy(checkout.root / "terraform", environment)


@pytest.fixture(scope="session")
def own_tests(
    request: pytest.FixtureRequest, terraform_copy: Copy
) -> Iterator[dict[str, Future[subprocess.CompletedProcess[str]]]]:
    """`terraform test` of all folders whose case was chosen, under way."""
    cases = [item for item in request.session.items if isinstance(item, pytest.Function)]
    chosen = [case for case in cases if case.originalname == test_a_folder_passes_its_own_tests.__name__]
    folders = [str(case.callspec.params["folder"]) for case in chosen]
    for folder in folders:
        terraform_copy.init(folder)
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        yield {folder: pool.submit(terraform_copy.run, folder, "test") for folder in folders}
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
def test_a_folder_initialises(folder: str, terraform_copy: Copy) -> None:
    """Its modules are there, and the provider fits."""
    terraform_copy.init(folder)


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_is_valid(folder: str, terraform_copy: Copy) -> None:
    """Every argument is one that the provider knows, of the right type; nothing is used that is not there."""
    terraform_copy.init(folder)
    ended = terraform_copy.run(folder, "validate")
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("folder", TESTED)
def test_a_folder_passes_its_own_tests(
    folder: str, own_tests: dict[str, Future[subprocess.CompletedProcess[str]]]
) -> None:
    """And there were some."""
    ended = own_tests[folder].result()
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "Success! 0 passed" not in ended.stdout
