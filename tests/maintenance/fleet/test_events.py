"""What events ask for."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from maintenance.fleet.events import Message, ObjectCreated, Unknown, work_in


def of_s3(key: str, name: str = "ObjectCreated:Put", **about: str) -> dict[str, Any]:
    """An event as S3 writes it.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
    """
    place = {"bucket": {"name": "b"}, "object": {"key": key, "size": 1, "eTag": "e1"} | about}
    return {"Records": [{"eventVersion": "2.1", "eventSource": "aws:s3", "eventName": name, "s3": place}]}


def test_an_objects_name_is_decoded() -> None:
    """S3 writes a space as a plus, and all else that is special in percent."""
    (work,) = work_in(of_s3("inbox/a+b%2Bc%C3%A4.txt", versionId="v1"))

    assert ObjectCreated("b", "inbox/a b+cä.txt", "v1", "e1") == work
    assert "s3://b/inbox/a b+cä.txt?versionId=v1" == work.address  # type: ignore[union-attr]


def test_another_version_has_another_mark() -> None:
    """Version, key and bucket tell objects apart; without versions the content does."""
    marks = [
        ObjectCreated(*about).mark
        for about in (("b", "k", "v1"), ("b", "k", "v2"), ("b", "l", "v1"), ("c", "k", "v1"), ("b", "k", None, "e1"))
    ]

    assert 5 == len(set(marks))
    assert ObjectCreated("b", "k", "v1", from_line=7).mark == marks[0]


def test_a_deletion_and_a_test() -> None:
    """An object that goes asks for nothing that we do; S3's own test event is passed over."""
    (work,) = work_in(of_s3("inbox/a", "ObjectRemoved:Delete"))

    assert isinstance(work, Unknown)
    assert [] == list(work_in({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"}))


@given(st.recursive(st.none() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)))
def test_any_event(event: Any) -> None:
    """Whatever comes, it is something or unknown, and nothing is raised."""
    for each in (
        event,
        {"Records": [event]},
        {"Records": [{"eventSource": "aws:s3", "eventName": event, "s3": event}]},
    ):
        list(work_in(each))


def test_a_vehicle_cannot_speak_as_s3_or_sqs() -> None:
    """Whatever else is in its message: it could have any object read anew, under another mark."""
    (work,) = work_in({"device_id": "VHC001"} | of_s3("inbox/a"))

    assert isinstance(work, Message)
