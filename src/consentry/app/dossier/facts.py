"""Everything that is known, gathered from what is set, what is logged and what was measured."""

from dataclasses import dataclass
from pathlib import Path

from consentry import __version__
from consentry.app.dossier.facts_accuracy import Measured, accuracy_facts
from consentry.app.dossier.facts_log import Counted, log_facts
from consentry.app.dossier.facts_models import model_facts
from consentry.app.dossier.facts_settings import settings_facts, settings_hash
from consentry.app.dossier.values import Fact, Facts, Text
from consentry.app.settings_values import Site


@dataclass(frozen=True, slots=True)
class Sources:
    """What a dossier is made from."""

    site: Site
    settings: Path
    """The file, for naming it."""
    made_at: float
    """s UTC."""
    log: Counted | None
    """None: no log was given."""
    measured: Measured | None
    """None: no evaluation was given."""


def gather(sources: Sources) -> Facts:
    """The facts, each with its source."""
    site, name = sources.site, sources.settings.name
    known = {"consentry.version": Fact(__version__, "this installation")}
    known |= settings_facts(site, name)
    known |= model_facts(site)
    doubts: list[Text] = []
    if sources.log is not None:
        known |= log_facts(sources.log)
        doubts += _log_doubts(sources.log, site)
    if sources.measured is not None:
        known |= accuracy_facts(sources.measured)
        doubts += _accuracy_doubts(known)
    return Facts(sources.made_at, known, tuple(doubts))


def _log_doubts(log: Counted, site: Site) -> list[Text]:
    """What the log and the settings tell differently."""
    found = []
    if log.settings and log.settings != settings_hash(site):
        found.append(
            Text(
                "The log names other settings as those last in force than those that this dossier is made from.",
                "로그에 마지막으로 기록된 설정이 이 문서의 근거가 된 설정과 다릅니다.",
            )
        )
    if log.profile and log.profile != site.profile:
        found.append(
            Text(
                f"The log names profile {log.profile} as the last one started, the settings name {site.profile}.",
                f"로그에 마지막으로 시작된 프로필은 {log.profile}이고 설정의 프로필은 {site.profile}입니다.",
            )
        )
    return found


def _accuracy_doubts(known: dict[str, Fact]) -> list[Text]:
    """Networks in use of which nothing was measured."""
    return [
        Text(
            f"{name} makes templates here, and the evaluation given measured other models.",
            f"여기서 특징 정보를 만드는 모델은 {name}이지만 제출된 평가는 다른 모델을 측정했습니다.",
        )
        for name in (key.split(".")[1] for key in known if key.startswith("model.") and key.endswith(".role"))
        if known[f"model.{name}.role"].value == "templates" and f"accuracy.{name}.fmr" not in known
    ]
