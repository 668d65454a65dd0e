"""Reading replies: markers in every shape a model writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.citations import Claim, read_claims


@pytest.mark.parametrize(
    ("reply", "claims"),
    [
        ("It rained [1].", [("It rained.", (1,))]),
        ("It rained. [1] It stopped. [2]", [("It rained.", (1,)), ("It stopped.", (2,))]),
        ("It rained [1][3].", [("It rained.", (1, 3))]),
        ("It rained [1, 3-5].", [("It rained.", (1, 3, 4, 5))]),
        ("It rained 【2】.", [("It rained.", (2,))]),
        ("It rained [^2].", [("It rained.", (2,))]),
        ("Answer: It rained [1].", [("It rained.", (1,))]),
        ("Yes. It rained [1].", [("It rained.", (1,))]),
        ("Yes, the rain fell [1].", [("The rain fell.", (1,))]),
        ("No. NOT IN THE ARTICLES", [("NOT IN THE ARTICLES", ())]),
        ("No one was hurt [2].", [("No one was hurt.", (2,))]),
        ("Yes", []),
        ("It rained.", [("It rained.", ())]),
        ("It rained [0][999].", [("It rained.", (0, 999))]),
        ("- It rained [1]\n- It snowed [2]", [("It rained", (1,)), ("It snowed", (2,))]),
        ("[1]", []),
        ("", []),
    ],
)
def test_claims_and_their_numbers_are_read(reply: str, claims: list[tuple[str, tuple[int, ...]]]) -> None:
    assert read_claims(reply) == [Claim(*claim) for claim in claims]


@given(st.text(alphabet="[]【】^0123456789,-–; .abA\n", max_size=80))
def test_any_reply_is_read_and_absurd_ranges_stay_small(reply: str) -> None:
    for claim in read_claims(reply):
        assert len(claim.numbers) <= 21 * len(reply)
        assert any(char.isalnum() for char in claim.text)
