import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.workflows.membership import _rounded

shares = st.floats(0, 1) | st.integers(0, 20_000).map(lambda n: n / 20_000) | st.fractions(0, 1).map(float)


@given(st.lists(shares))
def test_shares_of_a_report_are_rounded_as_python_rounds(some: list[float]) -> None:
    assert _rounded(np.array(some, np.float64)) == [round(share, 4) for share in some]
