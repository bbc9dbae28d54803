"""Who should play how many shards."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulator.allotment import Member, allotments

MEMBERS = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=4),
    st.builds(Member, held=st.integers(0, 20), most=st.integers(1, 20)),
    max_size=8,
)


@given(MEMBERS, st.integers(0, 60))
def test_all_shards_are_shared_out_as_evenly_as_limits_allow(members: dict[str, Member], shards: int) -> None:
    """Nobody is above its limit or the ceiling; who has less than another by two is at its limit."""
    given_ = allotments(members, shards)

    assert sum(given_.values()) == min(shards, sum(one.most for one in members.values()))
    for name, share in given_.items():
        assert share <= members[name].most
        assert share == members[name].most or share >= max(given_.values()) - 1


@given(st.lists(st.integers(0, 20), min_size=1, max_size=6), st.permutations(range(6)))
def test_nothing_moves_once_it_is_shared_out(held: list[int], order: list[int]) -> None:
    """Those who hold what they should hold are told the same again, whatever their names: no shard wanders for ever."""
    names = [f"m{order[index]}" for index in range(len(held))]
    first = allotments({name: Member(one, 100) for name, one in zip(names, held, strict=True)}, sum(held))

    assert allotments({name: Member(share, 100) for name, share in first.items()}, sum(held)) == first


def test_a_newcomer_gets_its_part_and_no_more_moves_than_must() -> None:
    """Five shards of two become two, two and one (by hand: 5 = 2 + 2 + 1), and only one of them moves."""
    members = {"old": Member(3, 16), "older": Member(2, 16), "new": Member(0, 16)}

    assert allotments(members, 5) == {"old": 2, "older": 2, "new": 1}
