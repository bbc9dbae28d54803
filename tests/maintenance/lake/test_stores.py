"""A folder and a bucket are the same to the lake."""

from pathlib import Path

import pytest

from maintenance.errors import DataError, LakeError
from maintenance.lake import stores
from maintenance.lake.address import open_store
from maintenance.lake.stores import Store


def test_what_is_put_is_found_and_read(store: Store) -> None:
    """Content, size and key come back; before, there was nothing."""
    assert store.find("curated/a/b.txt") is None
    put = store.put("curated/a/b.txt", b"four")
    assert store.read("curated/a/b.txt") == b"four"
    assert put == store.find("curated/a/b.txt")
    assert (put.key, put.size) == ("curated/a/b.txt", 4)


def test_a_file_becomes_an_object(store: Store, tmp_path: Path) -> None:
    """Under its key, in the place of what was there."""
    store.put("a/b", b"before")
    (tmp_path / "new").write_bytes(b"after!")
    put = store.put_file("a/b", tmp_path / "new")
    assert store.read("a/b") == b"after!"
    assert put == store.find("a/b")


def test_a_large_file_is_put_in_parts(bucket: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """S3 takes parts of at least 5 MiB; the object is whole."""
    monkeypatch.setattr(stores, "ONE_REQUEST", 5 * 2**20)
    content = bytes(range(256)) * (6 * 2**12)
    (tmp_path / "large").write_bytes(content)
    put = bucket.put_file("a", tmp_path / "large")
    assert put.version.endswith("-2")
    assert bucket.read("a") == content


def test_another_content_is_another_version(store: Store) -> None:
    """Also where the size is the same."""
    assert store.put("a", b"one").version != store.put("a", b"two").version


def test_what_another_put_in_its_place_is_not_taken_for_ones_own(
    folder: Store, bucket: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two compactions put the same file: whoever was first must not hold the other's for its own."""
    real_replace, client = Path.replace, bucket._client  # type: ignore[attr-defined]
    real_upload = client.upload_file

    def replace(path: Path, target: Path) -> Path:
        done = real_replace(path, target)
        target.write_bytes(b"another's")
        return done

    def upload_file(path: str, name: str, key: str, **options: object) -> None:
        real_upload(path, name, key, **options)
        client.put_object(Bucket=name, Key=key, Body=b"another's")

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr(client, "upload_file", upload_file)
    for store in (folder, bucket):
        (tmp_path / "new").write_bytes(b"my own")
        put, there = store.put_file("a/b", tmp_path / "new"), store.find("a/b")
        assert there is not None
        assert there.size == len(b"another's")
        assert (put.size, put.version) != (there.size, there.version)
        assert put.size == len(b"my own")


def test_what_vanishes_while_it_is_looked_at_is_not_there(tmp_path: Path) -> None:
    """A link that leads nowhere is seen in its folder, as a file that is taken away then."""
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    (tmp_path / "a").write_bytes(b"")
    store = open_store(str(tmp_path))
    assert [found.key for found in store.objects("")] == ["a"]
    assert store.find("gone") is None
    assert store.find("a/b") is None


def test_objects_come_by_key_and_folders_by_name(store: Store) -> None:
    """Only those under the prefix; a folder without anything in it is none."""
    for key in ("raw/plant=b/2", "raw/plant=a/1", "raw/plant=a/0", "rawer/3"):
        store.put(key, b"")
    assert [found.key for found in store.objects("raw/")] == ["raw/plant=a/0", "raw/plant=a/1", "raw/plant=b/2"]
    assert store.folders("raw/") == ["plant=a", "plant=b"]
    assert store.folders("nothing/") == []
    assert store.objects("nothing/") == []


def test_objects_and_folders_come_in_pages(bucket: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """S3 tells 1000 at a time, and a live day has thousands; here it tells two."""
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "2")
    keys = [f"raw/plant={number}/a" for number in range(5)]
    for key in keys:
        bucket.put(key, b"")
    assert [found.key for found in bucket.objects("raw/")] == keys
    assert bucket.folders("raw/") == [f"plant={number}" for number in range(5)]


def test_what_is_removed_is_gone(store: Store) -> None:
    """Twice does no harm."""
    store.put("a", b"")
    store.remove("a")
    store.remove("a")
    assert store.find("a") is None


def test_pyarrow_reads_what_is_put(store: Store) -> None:
    """From the middle as well, as Parquet is read."""
    store.put("a/b", b"0123456789")
    files, before = store.files()
    with files.open_input_file(f"{before}a/b") as file:
        file.seek(6)
        assert file.read(3) == b"678"
        assert file.size() == 10


def test_what_is_being_written_is_no_object(tmp_path: Path) -> None:
    """Neither a half file nor what the local S3 keeps beside one."""
    (tmp_path / ".part.parquet.tmp").write_bytes(b"half")
    (tmp_path / "a.meta.json").write_bytes(b"{}")
    (tmp_path / "a").write_bytes(b"whole")
    assert [found.key for found in open_store(str(tmp_path)).objects("")] == ["a"]


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A file stands where a folder would have to be."""
    (tmp_path / "curated").write_bytes(b"")
    with pytest.raises(LakeError, match=r"curated/a cannot be written: File exists"):
        open_store(str(tmp_path)).put("curated/a", b"")


@pytest.mark.usefixtures("s3")
def test_a_bucket_that_is_not_there_is_told() -> None:
    """With what S3 says of it, and what must be right."""
    with pytest.raises(LakeError, match=r"NoSuchBucket.*AWS_ENDPOINT_URL"):
        open_store("s3://no-such-lake").objects("raw/")


@pytest.mark.parametrize("address", ["ftp://lake", "s3://L", "/no/such/folder"])
def test_what_is_no_address_is_told(address: str) -> None:
    """It is named."""
    with pytest.raises(DataError, match=address):
        open_store(address)
