"""What the settings say about consent, as the pure modules take it."""

from consentry.app.settings_consent import AuthorityTable, ConsentTable, ProcessorTable
from consentry.app.settings_values import Site
from consentry.consent.notice import DeclaredTouchpoint, NoticeFacts
from consentry.consent.profile import Installation, Profile
from consentry.consent.receipt_record import Party, Role
from consentry.core.errors import RefusedError


def installation_of(site: Site, confirmed_by: tuple[str, ...] = ()) -> Installation:
    """The installation that a site's settings describe.

    Args:
        site: its settings.
        confirmed_by: staff who confirmed what needs two persons.
    """
    return Installation(Profile(site.profile), confirmed_by)


def notice_facts(site: Site) -> NoticeFacts:
    """What travellers are told.

    Raises:
        RefusedError: the settings declare no controller or no touchpoint, so nobody can agree to anything.
    """
    consent = site.consent
    if consent is None or not site.touchpoints:
        raise RefusedError(
            "nobody can agree to anything here: the settings need [consent] and a [[touchpoint]]", "settings"
        )
    return NoticeFacts(
        profile=Profile(site.profile),
        controller=_controller(consent),
        processors=tuple(_party(Role.PROCESSOR, one) for one in consent.processor),
        authority=None if consent.authority is None else _party(Role.AUTHORITY, consent.authority),
        jurisdiction=consent.jurisdiction,
        version=consent.notice_version,
        address=consent.notice_address,
        withdrawal=consent.withdrawal,
        touchpoints=tuple(
            DeclaredTouchpoint(one.name, one.purpose, one.duty, one.manual_lane) for one in site.touchpoints
        ),
        after_departure=consent.after_departure_s,
        passages_days=consent.passages_days,
        withdrawal_ko=consent.withdrawal_ko or "",
    )


def _controller(consent: ConsentTable) -> Party:
    return Party(Role.CONTROLLER, consent.controller, consent.controller_address, consent.privacy_contact)


def _party(role: Role, table: ProcessorTable | AuthorityTable) -> Party:
    return Party(role, table.name, table.address, table.contact)
