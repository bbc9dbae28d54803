"""The examples, whole: their rules are those of the catalog, and ECS would take their tasks."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from ecs_model import wrong_with_task
from example_plans import EXAMPLES, NAMES, example, managed

from rules.loading import CATALOG_DIR, read_rule, rule_files
from rules.placeholders import placeholders
from rules.sql import compile  # noqa: A004 - the language's own word

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

Changes = list[dict[str, Any]]
SERVICES = {"simulator", "prometheus", "alertmanager", "grafana", "verdicts"}


@pytest.fixture(scope="module", params=EXAMPLES)
def planned(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Changes]:
    """Each example: its name and plan."""
    return request.param, example(request.param, tmp_path_factory)


def test_the_rules_of_the_examples_are_those_of_the_catalog(planned: tuple[str, Changes]) -> None:
    """As many as files, each compiles in our SQL, and is the catalog's text once its placeholders are filled."""
    _, changes = planned
    known = placeholders(NAMES)
    catalog = {
        rule.rule_name: rule.topic_rule_payload for rule in (read_rule(f, known) for f in rule_files(CATALOG_DIR))
    }
    made = {rule["name"]: rule for rule in managed(changes, "aws_iot_topic_rule").values()}

    assert len(catalog) == len(list(CATALOG_DIR.glob("*.json")))
    assert {name: rule["sql"] for name, rule in made.items()} == {name: rule.sql for name, rule in catalog.items()}
    for rule in made.values():
        assert compile(rule["sql"], version=rule["sql_version"]).topic_filter.startswith("factory/plant1/")


def test_ecs_would_take_the_tasks_of_the_examples(planned: tuple[str, Changes]) -> None:
    """Names, types and words of all task definitions are those of the API, by botocore's model of it."""
    name, changes = planned
    tasks = list(managed(changes, "aws_ecs_task_definition").values())

    trained = {"training"} if name == "production" else set()
    assert {task["family"].removeprefix("smart-factory-plant1-") for task in tasks} == SERVICES | trained
    assert [wrong for task in tasks for wrong in wrong_with_task(task)] == []


def test_what_ecs_would_refuse_is_seen(planned: tuple[str, Changes]) -> None:
    """A name, a type and a word that the API does not know, and a definition that is too long."""
    task = next(iter(managed(planned[1], "aws_ecs_task_definition").values()))
    containers = json.loads(task["container_definitions"])

    def wrong(**changed: Any) -> list[str]:
        altered = copy.deepcopy(containers)
        altered[0] |= changed
        return wrong_with_task(task | {"container_definitions": json.dumps(altered)})

    assert wrong() == []
    assert "readonlyRootFileSystem" in wrong(readonlyRootFileSystem=True)[0]
    assert "essential" in wrong(essential="yes")[0]
    assert wrong(versionConsistency="sometimes") == [".containerDefinitions[0].versionConsistency=sometimes"]
    assert wrong(hostname="h" * 70_000)[0].endswith("are more than 65536")
