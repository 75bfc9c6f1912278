"""What is asked of the event store, as SQL."""

from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, select

from consentry.backends import store_schema as schema
from consentry.core.events import AlarmState
from consentry.ports import AlarmQuery


def told(query: AlarmQuery) -> Select[Any]:
    """The alarms of a query with their evidence, in order of time."""
    alarms, evidence = schema.alarms, schema.evidence
    mine = and_(evidence.c.episode == alarms.c.episode, evidence.c.watch.is_not_distinct_from(alarms.c.watch))
    wanted: Select[Any] = (
        select(alarms, evidence.c.still, evidence.c.clip, _lasted().label("lasted"))
        .select_from(alarms.outerjoin(evidence, mine))
        .order_by(alarms.c.at, alarms.c.number)
    )
    if query.limit is not None:
        return wanted.where(alarms.c.number.in_(select(_newest(query).c.number)))
    return _fitting(wanted, query)


def _newest(query: AlarmQuery) -> Subquery:
    table = schema.alarms
    numbers = _fitting(select(table.c.number), query).order_by(table.c.at.desc(), table.c.number.desc())
    return numbers.limit(query.limit).subquery()


def _fitting(wanted: Select[Any], query: AlarmQuery) -> Select[Any]:
    table = schema.alarms
    for column in (table.c.camera, table.c.hazard, table.c.state, table.c.incident, table.c.watch):
        value = getattr(query, column.name)
        wanted = wanted if value is None else wanted.where(column == value)
    if query.since is not None:
        wanted = wanted.where(table.c.at >= query.since)
    return wanted if query.until is None else wanted.where(table.c.at < query.until)


def _lasted() -> ColumnElement[float | None]:
    """From an opening to the next clearing of the same episode, on both; an episode may open again."""
    alarms, other = schema.alarms, schema.alarms.alias("other")
    same = and_(other.c.episode == alarms.c.episode, other.c.watch.is_not_distinct_from(alarms.c.watch))
    cleared = select(func.min(other.c.at)).where(
        same, other.c.state == AlarmState.CLEARED.value, other.c.at >= alarms.c.at
    )
    opened = select(func.max(other.c.at)).where(
        same, other.c.state == AlarmState.OPENED.value, other.c.at <= alarms.c.at
    )
    return case(
        (alarms.c.state == AlarmState.OPENED.value, cleared.scalar_subquery() - alarms.c.at),
        else_=alarms.c.at - opened.scalar_subquery(),
    )
