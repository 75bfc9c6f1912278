"""Tables of scores for tests: small ones by hand, larger ones from vectors on a sphere as embedders give them."""

import numpy as np
from hypothesis import strategies as st

from consentry.evaluation.comparisons import Comparisons


def sphere(subjects: int, pictures: int, spread: float, seed: int, length: int = 32) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors around one direction for each subject, and whose each is."""
    rng = np.random.default_rng(seed)
    middles = np.repeat(rng.normal(size=(subjects, length)), pictures, axis=0)
    vectors = middles + spread * rng.normal(size=middles.shape)
    return vectors / np.linalg.norm(vectors, axis=1)[:, None], np.repeat(np.arange(subjects), pictures)


def faces(subjects: int, pictures: int = 2, spread: float = 0.7, seed: int = 1) -> Comparisons:
    """Every two pictures compared."""
    vectors, whose = sphere(subjects, pictures, spread, seed)
    return Comparisons.within(vectors @ vectors.T, whose)


def relabelled(comparisons: Comparisons, seed: int) -> Comparisons:
    """The same people under other numbers."""
    numbers = np.random.default_rng(seed).permutation(1000)
    return Comparisons(comparisons.scores, numbers[comparisons.probes], numbers[comparisons.references])


def shuffled(comparisons: Comparisons, seed: int) -> Comparisons:
    """The same comparisons in another order."""
    order = np.random.default_rng(seed).permutation(len(comparisons))
    return Comparisons(comparisons.scores[order], comparisons.probes[order], comparisons.references[order])


@st.composite
def tables(draw: st.DrawFn) -> Comparisons:
    """Comparisons of 2 to 8 subjects, with ties, of both kinds."""
    subjects = draw(st.integers(2, 8))
    rows = draw(
        st.lists(
            st.tuples(st.integers(-10, 10), st.integers(0, subjects - 1), st.integers(0, subjects - 1)),
            min_size=1,
            max_size=40,
        )
    )
    rows += [(draw(st.integers(-10, 10)), 0, 0), (draw(st.integers(-10, 10)), 0, 1)]
    scores, probes, references = (np.array(column) for column in zip(*rows, strict=True))
    return Comparisons.of(scores / 10, probes, references)
