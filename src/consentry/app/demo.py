"""What the demo watches: real footage if it is to be had, else a simulated hall, and in words which it is."""

from dataclasses import dataclass
from importlib import resources

from consentry.app.settings import Site, override_sources, parse_site
from consentry.backends.simulation import hall_settings
from consentry.backends.supplies import locate
from consentry.core.errors import SupplyError

_CLIP = "vtest"
_CAMERA = "path"


@dataclass(frozen=True, slots=True)
class Demo:
    """A site to watch, and what must be said of it."""

    site: Site
    about: str
    """What is watched, in words."""
    simulated: bool
    """No footage was to be had: people, hall and dangers are drawn."""


def choose_demo(*, simulated: bool = False) -> Demo:
    """The sample clip if a mirror, the store or Debian's package holds it, unless the simulation is asked for."""
    try:
        clip = None if simulated else locate(_CLIP).paths[0]
        reason = "as you asked"
    except SupplyError as error:
        clip, reason = None, str(error)
    if clip is None:
        site = parse_site(hall_settings(), "simulated hall")
        return Demo(site, f"a SIMULATED hall, not a real camera ({reason})", simulated=True)
    text = resources.files("consentry.app").joinpath("demo_path.site.toml").read_text("utf-8")
    site = override_sources(parse_site(text, "demo_path.site.toml"), [f"{_CAMERA}={clip}"])
    return Demo(site, f"OpenCV's sample clip of people on a campus path ({clip})", simulated=False)
