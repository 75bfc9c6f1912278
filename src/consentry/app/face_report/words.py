"""What the figures mean, in sentences for whoever must decide with them."""

from collections.abc import Iterator
from math import ceil, floor

from consentry.app.face_evaluation_values import FaceEvaluation, ModelResult, Operating, WidthResult
from consentry.evaluation.bootstrap import Estimate, percent
from consentry.evaluation.differentials import FEWEST, Differentials
from consentry.evaluation.thresholds import smallest_fmr, subjects_for

_OUT_OF = 1000


def of_thousand(estimate: Estimate) -> str:
    """An interval as people count, rounded outwards.

    >>> of_thousand(Estimate(0.0, 0.0, 0.0030068, 0, 4900, 50))
    'between 0 and 4'
    """
    low, high = floor(estimate.low * _OUT_OF + 1e-9), ceil(estimate.high * _OUT_OF - 1e-9)
    return f"between {low} and {high}" if low < high else f"{low}"


def readings(model: ModelResult) -> tuple[str, ...]:
    """The rates of the threshold in use, in plain words."""
    used = model.in_use
    sentences = [
        f"Of 1,000 strangers who try to pass with somebody else's document, {of_thousand(used.fmr)} would be matched.",
        f"Of 1,000 travellers who show their own, {of_thousand(used.fnmr)} would not be matched and see an officer.",
    ]
    if used.same:
        sentences.append(
            "The threshold was chosen on these very pictures: on other people it does somewhat better or worse."
        )
    return tuple(sentences)


def acquired(evaluation: FaceEvaluation) -> str:
    """Failures to acquire, in plain words."""
    return f"Of 1,000 pictures, {of_thousand(evaluation.acquisition.fta)} would give no face to compare at all."


def carried(model: ModelResult) -> tuple[str, ...]:
    """What became of thresholds on people on whom they were not chosen."""
    return tuple(
        f"A threshold at which {percent(one.wanted)} % of one half's strangers matched let "
        f"{percent(one.low)} to {percent(one.high)} % of the other half's through (median {percent(one.median)} %, "
        f"{one.splits} ways to halve them)."
        for one in model.transfers
    )


def limits(evaluation: FaceEvaluation) -> Iterator[str]:
    """What the pictures do not show."""
    people = evaluation.about.subjects
    yield (
        f"{people} people make {people * (people - 1) // 2:,} pairs, so no false match rate below "
        f"{percent(smallest_fmr(people))} % can be told from them. "
        f"One in a thousand takes {subjects_for(1e-3)} people, one in ten thousand {subjects_for(1e-4)}."
    )
    yield (
        "Strangers were paired as they came (zero-effort impostors, ISO/IEC 19795-1). "
        "Nobody tried to look like somebody else; of siblings and twins the rates say nothing."
    )
    yield (
        "A document's portrait is years old, printed and compressed; the pictures here are what they are. Ageing, "
        "glasses, masks, other cameras and other light are in the rates only as far as they are in the pictures."
    )
    if evaluation.widths:
        yield (
            "Faces scaled down are sharper than a camera's from afar: no blur, no noise, no motion. "
            "The widths are the best case."
        )
    if evaluation.attacks is not None:
        yield (
            "The attacks were simulated from the same portraits: no printer, screen or attacker took part. Rates on "
            "them tell when detection gets worse; they promise nothing against people "
            "(ISO/IEC 30107-3 asks for real artefacts)."
        )
    few = sorted(
        {
            f"{group.name} ({group.subjects})"
            for model in evaluation.models
            for one in model.differentials
            for group in one.groups
            if not group.enough
        }
    )
    if few:
        yield f"Groups of fewer than {FEWEST} people say nothing on their own: {', '.join(few)}."


def grouped(one: Differentials) -> str:
    """What a way of grouping shows and what it cannot."""
    return f"{_strangers(one)}{_differences(one)}"


def _strangers(one: Differentials) -> str:
    if one.within is None or one.across is None:
        return ""
    within, across = (f"{percent(e.rate)} % ({percent(e.low)}-{percent(e.high)} %)" for e in (one.within, one.across))
    return f"Of strangers of one group {within} match, of strangers of two groups {across}. "


def _differences(one: Differentials) -> str:
    enough = [group for group in one.groups if group.enough]
    if len(enough) < 2:
        return f"Fewer than two groups have {FEWEST} people: nothing can be said of differences."
    widest = max((max(abs(each.low), abs(each.high)) for each in one.differences if each.rate == "FNMR"), default=None)
    open_ = (
        ""
        if widest is None
        else f" A difference in FNMR of up to {percent(widest)} percentage points between them cannot be excluded."
    )
    seen = [difference for difference in one.differences if difference.seen]
    if not seen:
        return f"No difference between groups of enough people stands out from chance.{open_}"
    told = "; ".join(
        f"{each.rate} of {each.one} is {'above' if each.difference > 0 else 'below'} that of {each.other} by "
        f"{percent(min(abs(each.low), abs(each.high)))} to {percent(max(abs(each.low), abs(each.high)))} points"
        for each in seen
    )
    return f"Beyond chance: {told}.{open_}"


def smallest_width(widths: tuple[WidthResult, ...], model: str) -> str:
    """From which width on as many faces are found and matched as can be told apart from none lost."""
    good = []
    for one in sorted(widths, key=lambda one: -one.width):
        mine = next((each for each in one.models if each.model == model), None)
        if mine is None or one.fta.low > 0 or mine.fnmr.low > 0 or one.fta.errors or mine.fnmr.errors:
            break
        good.append(one.width)
    if not good:
        return "At none of the widths all faces were found and matched."
    return f"From {good[-1]} px on every face was found and matched."


def source(used: Operating) -> str:
    """Where a threshold comes from."""
    return f"{used.threshold.data}, {used.threshold.date}"
