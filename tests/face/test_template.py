"""Templates compare with their own kind alone, print nothing, and fuse into the weighted sum of their scores."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.core.errors import ModelMismatchError
from consentry.face.template import Template, comparison_score, fused


def template(seed: int, model: str = "m", numbers: int = 16) -> Template:
    vector = np.random.default_rng(seed).normal(size=numbers).astype(np.float32)
    return Template(model, vector / np.float32(np.linalg.norm(vector)))


@given(seeds=st.tuples(*[st.integers(0, 2**32)] * 4), weights=st.tuples(st.floats(0.1, 10), st.floats(0.1, 10)))
def test_the_score_of_a_fusion_is_the_weighted_sum(seeds: tuple[int, ...], weights: tuple[float, float]) -> None:
    a, b = (template(seed, "a", 8) for seed in seeds[:2])
    c, d = (template(seed, "b", 12) for seed in seeds[2:])
    whole = comparison_score(fused(((a, weights[0]), (c, weights[1]))), fused(((b, weights[0]), (d, weights[1]))))
    share = weights[0] / sum(weights)
    assert whole == pytest.approx(share * comparison_score(a, b) + (1 - share) * comparison_score(c, d), abs=1e-5)


OTHERS = {
    "another model": (template(1, "a"), template(1, "b")),
    "a fusion and its part": (fused(((template(1, "a"), 1.0), (template(2, "b"), 1.0))), template(1, "a")),
}


@pytest.mark.parametrize(("one", "other"), OTHERS.values(), ids=OTHERS)
def test_templates_of_two_models_do_not_meet(one: Template, other: Template) -> None:
    with pytest.raises(ModelMismatchError, match="of one model"):
        comparison_score(one, other)


NO_DIRECTION = {
    "nothing": np.zeros(8, np.float32),
    "too long": np.full(8, 1, np.float32),
    "not a number": np.full(8, np.nan, np.float32),
    "a matrix": np.full((2, 2), 0.5, np.float32),
}


@pytest.mark.parametrize("vector", NO_DIRECTION.values(), ids=NO_DIRECTION)
def test_what_is_no_direction_is_refused(vector: np.ndarray) -> None:
    with pytest.raises(ValueError, match="length 1"):
        Template("m", vector)


def test_it_prints_no_number_and_wipes_all_of_them() -> None:
    one = template(3)
    assert repr(one) == str(one) == "Template('m', 16 numbers)"
    one.wipe()
    assert not one.vector.any()


def test_a_vector_that_is_not_its_own_to_overwrite_is_left() -> None:
    vector = template(4).vector.copy()
    vector.flags.writeable = False
    Template("m", vector).wipe()
    assert vector.any()
