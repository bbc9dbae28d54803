"""What holds for every folder with Terraform files, seen in their text; Terraform is not needed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.resources import PLANT_PATTERN
from factory.terraform_docs import folders, readme
from factory.terraform_files import Block, on_one_line, read, read_file, read_folder
from factory.terraform_root import files

TERRAFORM = Path(__file__).parents[2] / "terraform"
FOLDERS = folders(TERRAFORM)
MODULES = [folder for folder in FOLDERS if folder.parent.name == "modules"]
FILES = sorted(path for folder in FOLDERS for path in folder.glob("*.tf"))
NEVER = {
    "aws_iot_certificate": "the private key would lie in the state",
    "aws_iam_access_key": "the secret key would lie in the state",
    "aws_secretsmanager_secret_version": "the secret would lie in the state",
}
_ACTIONS = re.compile(r"\b(?:Action|actions)\s*=\s*(?:\[[^\]]*\]|\"[^\"]*\")")
_STARRED = re.compile(r'"(?:[a-z0-9-]+:)?[A-Za-z]*\*[A-Za-z*]*"')
_STARRED_ACTION = re.compile(r'"[a-z0-9-]+:[A-Za-z]*\*[A-Za-z*]*"')
_ANY_RESOURCE = re.compile(r'\b(?:Resource|resource|resources)\s*=[^\n]*(?:\[|\s)"\*"')


def name_of(path: Path) -> str:
    """A folder or file as a test's name says it."""
    return path.relative_to(TERRAFORM).as_posix()


def enclosing(text: str, at: int) -> str:
    """The innermost `{…}` around a place."""
    depth, begin = 0, at
    while begin > 0 and not (text[begin] == "{" and depth == 0):
        depth += {"}": 1, "{": -1}.get(text[begin], 0)
        begin -= 1
    depth, end = 0, at
    while end < len(text) and not (text[end] == "}" and depth == 0):
        depth += {"{": 1, "}": -1}.get(text[end], 0)
        end += 1
    return text[begin : end + 1]


def starred_actions(text: str) -> Iterator[str]:
    """Actions with a `*` that a statement allows, as they are written."""
    places = [match for match in _ACTIONS.finditer(text) if _STARRED.search(match[0])]
    for match in [*places, *_STARRED_ACTION.finditer(text)]:
        if not re.search(r'\b[Ee]ffect\s*=\s*"Deny"', enclosing(text, match.start())):
            yield match[0]


def is_sentence(block: Block, name: str) -> bool:
    """Whether an attribute's text ends as a sentence does."""
    return on_one_line(block.attributes.get(name, "")).removesuffix('"').endswith((".", "…"))


def wrong_with(variable: Block) -> Iterator[str]:
    """What a variable lacks, in words."""
    name, kind = variable.labels[0], variable.attributes.get("type", "any")
    validations = variable.all("validation")
    if kind == "any":
        yield f"{name} has no type"
    if not is_sentence(variable, "description"):
        yield f"{name} has no sentence of description"
    if kind != "bool" and not validations:
        yield f"{name} takes whatever its type does"
    for validation in validations:
        message = on_one_line(validation.attributes["error_message"]).removeprefix('"')
        if not message.startswith((f"{name} ", f"{name}.", f"{name}[")) or not is_sentence(validation, "error_message"):
            yield f"{name} is refused without a sentence that begins with its name: {message}"


def top_level_blocks(path: Path) -> list[Block]:
    """The blocks of a file."""
    return list(read_file(path).blocks)


@pytest.mark.parametrize("folder", MODULES, ids=name_of)
def test_a_module_is_four_files_and_a_page(folder: Path) -> None:
    """So that one knows where to look."""
    assert sorted(path.name for path in folder.glob("*.tf")) == ["main.tf", "outputs.tf", "variables.tf", "versions.tf"]
    assert (folder / "README.md").exists()


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_a_folder_has_tests_and_they_look_at_its_own_variables(folder: Path) -> None:
    """What a variable refuses is tried on variables alone, which starts no provider: they are linked, never copied."""
    assert list(folder.glob("tests/*.tftest.hcl"))
    inputs = list(folder.glob("tests/inputs/*"))
    assert folder / "tests/inputs/variables.tf" in inputs
    assert {path: path.is_symlink() and path.resolve() == folder / path.name for path in inputs} == dict.fromkeys(
        inputs, True
    )


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_the_page_of_a_folder_has_the_tables_of_its_files(folder: Path) -> None:
    """`python -P -m factory.terraform_docs` would change nothing."""
    path = folder / "README.md"
    there = path.read_text(encoding="utf-8") if path.exists() else ""
    assert there == readme(folder), "run: python -P -m factory.terraform_docs"


def test_the_root_hands_on_what_its_module_says() -> None:
    """`python -P -m factory.terraform_root` would change nothing."""
    there = {path: path.read_text(encoding="utf-8") for path in files(TERRAFORM)}
    assert there == files(TERRAFORM), "run: python -P -m factory.terraform_root"


@pytest.mark.parametrize("folder", MODULES, ids=name_of)
def test_who_calls_a_module_brings_the_provider_and_the_state(folder: Path) -> None:
    """Terraform's manual: a module that others call has no provider block; its backend block would do nothing."""
    module = read_folder(folder)
    assert module.all("provider") == []
    assert [backend for settings in module.all("terraform") for backend in settings.all("backend")] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_a_variable_says_what_it_is_and_what_is_wrong(folder: Path) -> None:
    """Type, description, and a validation unless the type is bool; its message names the variable."""
    assert [wrong for variable in read_folder(folder).all("variable") for wrong in wrong_with(variable)] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_each_validation_has_a_value_that_it_refuses(folder: Path) -> None:
    """In a run that expects it; the root's own are in provider.tf, all others are word for word its module's."""
    read_there = read_file(folder / "provider.tf") if folder == TERRAFORM else read_folder(folder)
    validated = {one.labels[0] for one in read_there.all("variable") if one.all("validation")}
    texts = [path.read_text(encoding="utf-8") for path in folder.glob("tests/*.tftest.hcl")]
    expected = [names for text in texts for names in re.findall(r"expect_failures = \[(.*?)\]", text, re.DOTALL)]
    assert validated - {name for names in expected for name in re.findall(r"\bvar\.(\w+)", names)} == set()


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_an_output_says_what_it_is(folder: Path) -> None:
    """In a sentence."""
    outputs = read_folder(folder).all("output")
    assert [output.labels[0] for output in outputs if not is_sentence(output, "description")] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_there_is_no_provider_but_aws(folder: Path) -> None:
    """In the version that all agree on."""
    module = read_folder(folder)
    (settings,) = module.all("terraform")
    assert settings.attributes["required_version"] == '">= 1.11"'
    (required,) = settings.all("required_providers")
    providers = {name: " ".join(text.split()) for name, text in required.attributes.items()}
    assert providers == {"aws": '{ source = "hashicorp/aws" version = "~> 6.0" }'}
    kinds = {block.labels[0] for block in module.blocks if block.kind in ("resource", "data", "ephemeral")}
    assert {kind for kind in kinds if not kind.startswith("aws_")} <= {"terraform_data"}
    assert {provider.labels for provider in module.all("provider")} <= {("aws",)}


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_nothing_keeps_a_second_plan_from_being_empty(folder: Path) -> None:
    """`depends_on` on a module, or data inside of a check, would be read when applying."""
    module = read_folder(folder)
    assert [block.labels for block in module.all("module") if "depends_on" in block.attributes] == []
    assert [block.labels for block in module.all("check") if block.all("data")] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_no_secret_gets_into_the_state(folder: Path) -> None:
    """No resource is there that brings one."""
    assert {block.labels[0] for block in read_folder(folder).all("resource")} & NEVER.keys() == set()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_statement_allows_an_action_by_pattern(path: Path) -> None:
    """Each is named; only what is denied may be so by a `*`."""
    assert list(starred_actions(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_any_resource_has_its_reason_beside_it(path: Path) -> None:
    """A comment in the same block says why AWS knows no narrower resource."""
    for block in top_level_blocks(path):
        reasons = [line for line in block.text.splitlines() if re.search(r"#.*\bresource", line)]
        assert reasons or not _ANY_RESOURCE.search(block.text), f"{block.kind} {block.labels}"


@pytest.mark.parametrize("path", sorted(TERRAFORM.glob("**/tests/*.tftest.hcl")), ids=name_of)
def test_tests_need_no_account(path: Path) -> None:
    """The provider is a mock: with the real one a data source would ask AWS."""
    assert read_file(path).all("mock_provider")


@pytest.mark.parametrize(("variable", "before"), [("plant", ""), ("name", "smart-factory-")])
def test_a_plant_has_one_limit_from_the_outermost_variable_on(variable: str, before: str) -> None:
    """That of the load balancer's name, which `factory provision` holds as well: nobody learns of it in the middle."""
    pattern = PLANT_PATTERN.replace("^", f"^{before}")
    asked = {
        name_of(folder): re.findall(rf'regex\("(\^[^"]*)", var\.{variable}\)', block.text)
        for folder in FOLDERS
        if folder.name != "bootstrap"
        for block in read_folder(folder).all("variable")
        if block.labels == (variable,)
    }
    assert {folder: found for folder, found in asked.items() if found != [pattern]} == {}
    assert len(asked) > 5


def test_what_a_variable_lacks_is_seen() -> None:
    """Each lack by itself; a text over several lines is a sentence, too."""
    assert list(wrong_with(read('variable "x" {\n  type = bool\n  description = "Whether."\n}\n').blocks[0])) == []
    assert len(list(wrong_with(read('variable "x" {\n}\n').blocks[0]))) == 3
    described = 'variable "x" {\n  type = string\n  description = <<-EOT\n    What it\n    is.\n  EOT\n}\n'
    assert list(wrong_with(read(described).blocks[0])) == ["x takes whatever its type does"]
    refusal = '  validation {\n    error_message = "No!"\n  }\n'
    unsaid = f'variable "x" {{\n  type = number\n  description = "How many."\n{refusal}}}\n'
    assert list(wrong_with(read(unsaid).blocks[0])) == [
        'x is refused without a sentence that begins with its name: No!"'
    ]


def test_starred_actions_are_seen() -> None:
    """In the form of jsonencode and in that of the data source; what is denied is let pass."""
    allowed = 'x = { Effect = "Allow", Action = ["s3:GetObject", "s3:List*"], Resource = "a" }'
    everything = 'statement {\n  actions = ["*"]\n}'
    in_locals = 'locals {\n  use = ["kms:*"]\n}'
    denied = 'x = { Effect = "Deny", Action = "s3:*", Condition = { Bool = { "aws:SecureTransport" = "false" } } }'
    assert len(list(starred_actions(allowed))) == 2
    assert len(list(starred_actions(everything))) == 1
    assert len(list(starred_actions(in_locals))) == 1
    assert list(starred_actions(denied)) == []
    assert list(starred_actions(f"[{denied}, {allowed}]")) != []


@pytest.mark.parametrize("written", ['Resource = "*"', 'Resource  = ["*"]', 'resources = ["*"]'])
def test_any_resource_is_seen(written: str) -> None:
    """In each form; a pattern within an ARN is none."""
    assert _ANY_RESOURCE.search(read(f"locals {{\n  a = {{ {written} }}\n}}\n").blocks[0].text)
    assert not _ANY_RESOURCE.search('Resource = ["arn:aws:s3:::bucket/*"]')
