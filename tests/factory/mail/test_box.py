"""The box of caught mails."""

from pathlib import Path

from factory.mail.box import MailBox


def _raw(subject: str) -> bytes:
    return f"Subject: {subject}\r\n\r\nbody\r\n".encode()


def test_a_box_opened_again_has_the_same_mails(tmp_path: Path) -> None:
    """What was caught survives a restart, in the order of arrival."""
    box = MailBox(tmp_path)
    ids = [box.put(_raw(subject)).id for subject in ("one", "two", "three")]
    again = MailBox(tmp_path)
    assert [(mail.id, mail.subject) for mail in again.mails()] == list(zip(ids, ["one", "two", "three"], strict=True))
    assert again.mails() == box.mails()


def test_the_oldest_goes_when_the_box_is_full(tmp_path: Path) -> None:
    """A flood of mail cannot fill the disk."""
    box = MailBox(tmp_path, keep=2)
    for number in range(5):
        box.put(_raw(str(number)))
    assert [mail.subject for mail in box.mails()] == ["3", "4"]
    assert len(list(tmp_path.iterdir())) == 2


def test_clear_empties_box_and_disk(tmp_path: Path) -> None:
    """Clearing leaves no file behind and says how many mails there were."""
    box = MailBox(tmp_path)
    box.put(_raw("one"))
    assert box.clear() == 1
    assert (len(box), list(tmp_path.iterdir())) == (0, [])


def test_foreign_files_are_left_alone(tmp_path: Path) -> None:
    """A file that the box did not write is neither shown nor removed."""
    (tmp_path / "notes.eml").write_bytes(_raw("mine"))
    box = MailBox(tmp_path, keep=1)
    box.put(_raw("one"))
    box.put(_raw("two"))
    assert [mail.subject for mail in box.mails()] == ["two"]
    assert (tmp_path / "notes.eml").exists()


def test_an_id_from_outside_reads_no_file(tmp_path: Path) -> None:
    """A path in place of an id finds nothing."""
    (tmp_path / "secret.eml").write_bytes(b"secret")
    box = MailBox(tmp_path / "box")
    assert box.raw("../secret") is None
