"""Tables in the pages of Terraform's folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.errors import UsageError
from factory.terraform_docs import BEGIN, END, folders, main, readme


@pytest.fixture
def module(tmp_path: Path) -> Path:
    """A folder with one input and one output."""
    folder = tmp_path / "terraform" / "modules" / "lamp"
    folder.mkdir(parents=True)
    (folder / "main.tf").write_text("# A lamp.\n# It shines.\n\nlocals {\n  a = 1\n}\n")
    (folder / "variables.tf").write_text('variable "colour" {\n  description = "Red | green."\n  type = string\n}\n')
    (folder / "outputs.tf").write_text('output "lumen" {\n  description = "Its \\"light\\"."\n  value = 800\n}\n')
    return folder


def test_a_missing_page_is_begun_with_what_main_says(module: Path) -> None:
    """Title, first comment, tables; a bar in a text does not end a cell."""
    assert readme(module) == (
        f"# lamp\n\nA lamp.\nIt shines.\n\n{BEGIN}\n\n"
        "## Inputs\n\n| name | what | type | default |\n|---|---|---|---|\n"
        "| `colour` | Red \\| green. | `string` | (needed) |\n\n"
        f'## Outputs\n\n| name | what |\n|---|---|\n| `lumen` | Its "light". |\n\n{END}\n'
    )


def test_what_is_written_by_hand_around_the_tables_stays(module: Path) -> None:
    """And the old tables go."""
    (module / "README.md").write_text(f"# Lamp\n\nBefore.\n\n{BEGIN}\nold\n{END}\n\nAfter.\n")
    text = readme(module)
    assert text.startswith("# Lamp\n\nBefore.\n\n")
    assert text.endswith(f"{END}\n\nAfter.\n")
    assert "old" not in text
    assert "`colour`" in text


def test_writing_twice_changes_nothing(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first run tells what it wrote, the second is silent; --check agrees."""
    assert main([str(module)]) == 0
    assert capsys.readouterr().out == f"{module}/README.md: written\n"
    assert main([str(module)]) == 0
    assert main(["--check", str(module)]) == 0
    assert capsys.readouterr().out == ""


def test_check_writes_nothing_and_fails_on_an_old_table(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For continuous integration."""
    main([str(module)])
    (module / "outputs.tf").write_text("")
    before = (module / "README.md").read_text()
    capsys.readouterr()
    assert main(["--check", str(module)]) == 1
    assert capsys.readouterr().out == f"{module}/README.md: old\n"
    assert (module / "README.md").read_text() == before


@pytest.mark.parametrize("place", [".terraform/modules/other", "tests/inputs"])
def test_all_folders_are_found_but_not_what_is_downloaded_or_for_tests(
    place: str, module: Path, tmp_path: Path
) -> None:
    """Modules of others lie in .terraform/, and what a test calls in tests/."""
    other = module / place
    other.mkdir(parents=True)
    (other / "main.tf").write_text("")
    assert folders(tmp_path / "terraform") == [module]


def test_a_page_with_one_mark_is_refused(module: Path) -> None:
    """What belongs to whom cannot be told."""
    (module / "README.md").write_text(f"# Lamp\n{BEGIN}\n")
    with pytest.raises(UsageError, match="one of the two marks only"):
        readme(module)


def test_a_folder_without_files_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In one sentence, with status 2."""
    assert main([str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith(f"terraform_docs: There are no *.tf files in {tmp_path}/.")
