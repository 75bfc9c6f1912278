"""Legal profiles (R1): what a profile forbids cannot be constructed, whatever the settings and the command line say.

Each forbidden construction is tried under each profile by the command that makes it where it is allowed; the same
command under that other profile works in ``walk`` (wallet) and in ``test_identifying_who_did_not_enrol`` (gallery).
"""

import shutil
from itertools import product
from pathlib import Path

import pytest

from consentry.consent.profile import Construction, Profile
from refusals.operating import Command, operate, typed
from refusals.test_identifying_who_did_not_enrol import TWO
from refusals.walk import CAMERA, SITE, TAKEN, Walk

SETTINGS = {
    "a profile of one's own": ('profile = "open"', "profile"),
    "two profiles": ('profile = ["wallet", "gallery"]', "profile"),
    "no profile": ('profile = ""', "profile"),
    "a profile and more": ('profile = "wallet"\nalso = "gallery"', "also"),
    "a profile for one touchpoint": ("profile", "touchpoint"),
    "the laboratory with a touchpoint": ('profile = "lab"', "sees no traveller"),
    "a touchpoint without a duty": ("duty", "duty"),
    "a touchpoint without a manual lane": ("manual_lane", "manual_lane"),
    "a touchpoint as its own manual lane": ("itself", "no camera (R8)"),
    "a purpose that the place has not": ("purpose", "may not be used for"),
    "a touchpoint without consent": ("consent", "add [consent]"),
}


def attacked(name: str) -> str:
    """The good settings, spoiled."""
    line = SETTINGS[name][0]
    if line.startswith("profile = "):
        return SITE.replace("[site]", f"[site]\n{line}")
    if line == "profile":
        return SITE.replace('name = "gate 12"', 'name = "gate 12"\nprofile = "gallery"')
    if line == "itself":
        return SITE.replace('manual_lane = "gate 12 desk"', 'manual_lane = "gate 12"')
    if line == "purpose":
        return SITE.replace('purpose = ["boarding"]', 'purpose = ["boarding", "lounge"]', 1)
    if line == "consent":
        return '[site]\nname = "x"\n' + SITE[SITE.index("[[touchpoint]]") :]
    return "\n".join(one for one in SITE.splitlines() if not one.startswith(f"{line} =")) + "\n"


def test_settings_that_forget_the_law_are_refused(tmp_path: Path, closed: dict[str, str]) -> None:
    camera = CAMERA.format(name="hall", source="sim:hall")
    for number, text in enumerate([SITE, *map(attacked, SETTINGS)]):
        (tmp_path / f"{number}.toml").write_text(text + camera)
    honest, *refused = operate(tmp_path, [typed("check", f"{n}.toml") for n in range(len(SETTINGS) + 1)], closed)
    assert honest.code == 0, honest.told
    for (name, (_, told)), done in zip(SETTINGS.items(), refused, strict=True):
        assert done.code == 1, name
        assert told in done.told, f"{name}: {done.told}"


OVERRULING = {
    "an option": ("kiosk", "site.toml", "--profile", "gallery", "--journey", "x", "--departure", "2030-01-01"),
    "an option of enrolling": ("enrol", "site.toml", "--profile", "gallery"),
    "an option of a lane": ("touchpoint", "gate 12", "--profile", "gallery"),
}


def test_nothing_overrules_the_settings(tmp_path: Path, closed: dict[str, str]) -> None:
    """Neither an option nor an environment variable: the profile that is told stays that of the settings."""
    (tmp_path / "site.toml").write_text(SITE + CAMERA.format(name="hall", source="sim:hall"))
    variables = {f"CONSENTRY_{name}": "gallery" for name in ("PROFILE", "SITE_PROFILE", "SITE__PROFILE")}
    told = Command(("check", "site.toml"), variables)
    *refused, checked = operate(tmp_path, [*(typed(*words) for words in OVERRULING.values()), told], closed)
    assert [one.code for one in refused] == [2] * len(OVERRULING)
    assert all("No such option" in one.told for one in refused)
    assert 'profile = "wallet"' in checked.out
    assert "gallery" not in checked.out


PERMIT = """
import sys
from pathlib import Path
from consentry.app.kiosk_settings import installation_of
from consentry.app.settings import load_site
from consentry.consent.profile import Construction
from consentry.core.errors import RefusedError
try:
    permit = installation_of(load_site(Path("{profile}.toml")), ("A. Kim", "B. Lee")).permit(Construction("{what}"))
except RefusedError as error:
    print(error.check, error)
    sys.exit(3)
print("permitted")
"""
ALLOWED = {
    (Profile.WALLET, Construction.PASS), (Profile.WALLET, Construction.CAMERA_LANE),
    (Profile.SEALED, Construction.SEALED_REFERENCE), (Profile.SEALED, Construction.CAMERA_LANE),
    (Profile.GALLERY, Construction.GALLERY), (Profile.GALLERY, Construction.CAMERA_LANE),
    (Profile.LAB, Construction.EVALUATION),
}  # fmt: skip


def test_what_is_installed_permits_what_the_profile_has_and_nothing_else(
    tmp_path: Path, closed: dict[str, str]
) -> None:
    camera = CAMERA.format(name="hall", source="sim:hall")
    for profile in Profile:
        site = SITE[: SITE.index("[[touchpoint]]")] if profile is Profile.LAB else SITE
        (tmp_path / f"{profile}.toml").write_text(site.replace("[site]", f'[site]\nprofile = "{profile}"') + camera)
    every = list(product(Profile, Construction))
    scripts = [Command((), script=PERMIT.format(profile=one, what=what)) for one, what in every]
    done = dict(zip(every, operate(tmp_path, scripts, closed), strict=True))
    assert {pair for pair, one in done.items() if one.code == 0 and "permitted" in one.out} == ALLOWED
    assert all(one.out.startswith("profile ") for pair, one in done.items() if pair not in ALLOWED), done


@pytest.mark.shared
def test_under_another_profile_the_commands_make_nothing_of_it(day: Walk, tmp_path: Path) -> None:
    """A receipt given under one profile enrols nobody under another; one person alone switches no gallery on."""
    for name in ("keys", "live", "papers", "lab"):
        shutil.copytree(day.folder / name, tmp_path / name, ignore=shutil.ignore_patterns("mine.*"))
    camera = CAMERA.format(name="hall", source="sim:hall")
    for profile in ("wallet", "sealed", "gallery"):
        (tmp_path / f"{profile}.toml").write_text(SITE.replace("[site]", f'[site]\nprofile = "{profile}"') + camera)
    leaving = "2030-01-01T10:00:00+09:00"
    kiosk = ("kiosk", "wallet.toml", "--journey", "KE123", "--departure", leaving, "--yes-to", "all", "--out", "papers")
    enrol = (
        "--receipt",
        "papers/mine.receipt",
        "--simulated",
        "lab/001_neutral.jpg",
        "--live",
        "live",
        "--out",
        "made",
    )
    search = ("touchpoint", "gate 12", "--live", "live", "--journey", "KE123", "--departure", leaving, "--settings")
    shutil.rmtree(tmp_path / "papers")
    given, _, sealed, gallery, none, alone = operate(
        tmp_path,
        [
            typed(*kiosk, "--json"),
            Command((), script=TAKEN),
            typed("enrol", "sealed.toml", *enrol),
            typed("enrol", "gallery.toml", *enrol, *TWO),
            typed(*search, "gallery.toml"),
            typed(*search, "gallery.toml", *TWO[:2]),
        ],
        day.env,
    )
    assert given.code == 0, given.told
    assert [one.code for one in (sealed, gallery, none, alone)] == [1, 1, 1, 1], (sealed, gallery, none, alone)
    assert "profile" in sealed.told
    assert "profile" in gallery.told
    assert "2 persons" in none.told
    assert "2 persons" in alone.told
    assert not (tmp_path / "made").exists()
    assert list((tmp_path / "state").rglob("*feature_template*")) == []
