"""Time zones by the ids and names that Java knows.

The rules of each zone come from the zone database; what Java adds are names. The database has given up many
abbreviations that nobody uses; Java still prints them, so the larger zones among these stand here.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo


class TimeError(ValueError):
    """A pattern that Java would refuse, a text that does not follow it, or a zone that does not exist."""


# A sign, two digits of hours, and minutes and seconds with or without colons.
_OFFSET: Final = re.compile(r"([+-])(\d{2})(?::?(\d{2})(?::?(\d{2}))?)?", re.ASCII)
_UNIVERSAL: Final = frozenset(("Z", "UTC", "GMT", "UT"))


def offset_zone(text: str, *, limit: timedelta) -> tzinfo:
    """The zone of a fixed offset, such as ``+05:30``.

    Args:
        text: the offset.
        limit: the largest offset that is allowed on either side.

    Raises:
        TimeError: it is none.
    """
    match = _OFFSET.fullmatch(text)
    if match is None:
        raise TimeError(f"{text!r} is no offset from UTC")
    sign, hours, minutes, seconds = match.groups()
    span = timedelta(hours=int(hours), minutes=int(minutes or 0), seconds=int(seconds or 0))
    if span > limit or int(minutes or 0) > 59 or int(seconds or 0) > 59:
        raise TimeError(f"{text!r} is no offset from UTC")
    return timezone(-span if sign == "-" else span) if span else UTC


@lru_cache(maxsize=256)
def joda_zone(name: str) -> tzinfo:
    """The zone with an id of Joda-Time: ``America/Belize``, ``UTC`` or an offset.

    Raises:
        TimeError: there is none.

    Example:
        >>> joda_zone("+05:30").utcoffset(None)
        datetime.timedelta(seconds=19800)
    """
    if name in _UNIVERSAL:
        return UTC
    plain = name.removeprefix("UTC") if name[3:4] in ("+", "-") else name
    if plain[:1] in ("+", "-"):
        return offset_zone(plain, limit=timedelta(hours=23, minutes=59, seconds=59))
    return _region(name)


@lru_cache(maxsize=256)
def java_zone(name: str) -> tzinfo:
    """The zone with an id of ``java.time.ZoneId``, or with a name as people write it.

    Raises:
        TimeError: there is none.

    Example:
        >>> java_zone("UTC+01:00").utcoffset(None), java_zone("PST").key
        (datetime.timedelta(seconds=3600), 'America/Los_Angeles')
    """
    if name in _UNIVERSAL:
        return UTC
    plain = re.sub(r"^(?:UTC|GMT|UT)(?=[+-])", "", name)
    if plain[:1] in ("+", "-"):
        # java.time takes a lone digit of hours too.
        padded = re.sub(r"^([+-])(\d)$", r"\g<1>0\g<2>", plain)
        return offset_zone(padded, limit=timedelta(hours=18))
    return _region(_ZONE_OF_NAME.get(name, name))


def _region(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    # The zone database raises any of these: an unknown name, a path out of it, a folder.
    except (KeyError, ValueError, OSError) as error:
        raise TimeError(f"{name!r} is no time zone") from error


def joda_id(moment: datetime, zone: str) -> str:
    """The id of a zone as Joda-Time shows it, whose offsets are written in one way only."""
    if zone == "GMT":
        return "Etc/GMT"
    # Python names a fixed offset UTC+05:30, and UTC itself UTC.
    is_fixed = isinstance(moment.tzinfo, timezone)
    return (str(moment.tzinfo).removeprefix("UTC") or "UTC") if is_fixed else zone


def offset_text(moment: datetime, *, colon: bool) -> str:
    """The offset of a time from UTC as hours and minutes: ``-05:00`` or ``-0500``."""
    span = moment.utcoffset() or timedelta()
    # Towards zero, as Java drops the seconds of old local times.
    minutes = abs(span) // timedelta(minutes=1)
    sign = "-" if span < timedelta() else "+"
    return f"{sign}{minutes // 60:02d}{':' if colon else ''}{minutes % 60:02d}"


def short_name(moment: datetime, zone: str) -> str:
    """The abbreviation of a zone at a time: ``CST``; its offset where it has none."""
    if moment.tzinfo is UTC:
        return "GMT" if zone == "GMT" else "UTC"
    name = moment.tzname() or ""
    if name == "LMT":
        # Before there were zones Java shows the name of today.
        return short_name(_this_century(moment), zone)
    if name.isalpha():
        return name
    names = _NAMES.get(zone)
    return names[-1 if moment.dst() else 0] if names else offset_text(moment, colon=True)


def _this_century(moment: datetime) -> datetime:
    months = (datetime(2020, month, 1, tzinfo=moment.tzinfo) for month in (1, 7))
    return min(months, key=lambda month: month.dst() or timedelta())


def long_name(moment: datetime, zone: str) -> str:
    """The name of a zone at a time: ``Central Standard Time``; its abbreviation where it has none."""
    short = short_name(moment, zone)
    for region, names in _REGIONAL.items():
        if zone.startswith(region) and short in names:
            return names[short]
    return _LONG_NAMES.get(short, short)


_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "America/Argentina/Buenos_Aires": ("ART",),
    "America/Bogota": ("COT",),
    "America/Buenos_Aires": ("ART",),
    "America/Caracas": ("VET",),
    "America/Guayaquil": ("ECT",),
    "America/La_Paz": ("BOT",),
    "America/Lima": ("PET",),
    "America/Manaus": ("AMT",),
    "America/Montevideo": ("UYT",),
    "America/Santiago": ("CLT", "CLST"),
    "America/Sao_Paulo": ("BRT", "BRST"),
    "Asia/Almaty": ("ALMT",),
    "Asia/Baghdad": ("AST",),
    "Asia/Baku": ("AZT",),
    "Asia/Bangkok": ("ICT",),
    "Asia/Colombo": ("IST",),
    "Asia/Dhaka": ("BDT",),
    "Asia/Dubai": ("GST",),
    "Asia/Ho_Chi_Minh": ("ICT",),
    "Asia/Kabul": ("AFT",),
    "Asia/Kathmandu": ("NPT",),
    "Asia/Kuala_Lumpur": ("MYT",),
    "Asia/Kuwait": ("AST",),
    "Asia/Novosibirsk": ("NOVT",),
    "Asia/Qatar": ("AST",),
    "Asia/Riyadh": ("AST",),
    "Asia/Singapore": ("SGT",),
    "Asia/Tashkent": ("UZT",),
    "Asia/Tbilisi": ("GET",),
    "Asia/Tehran": ("IRST", "IRDT"),
    "Asia/Vladivostok": ("VLAT",),
    "Asia/Yangon": ("MMT",),
    "Asia/Yekaterinburg": ("YEKT",),
    "Asia/Yerevan": ("AMT",),
    "Atlantic/Azores": ("AZOT", "AZOST"),
    "Europe/Istanbul": ("TRT",),
    "Pacific/Auckland": ("NZST", "NZDT"),
    "Pacific/Fiji": ("FJT",),
}

_LONG_NAMES: Final = {
    "ACDT": "Australian Central Daylight Time",
    "ACST": "Australian Central Standard Time",
    "ADT": "Atlantic Daylight Time",
    "AEDT": "Australian Eastern Daylight Time",
    "AEST": "Australian Eastern Standard Time",
    "AKDT": "Alaska Daylight Time",
    "AKST": "Alaska Standard Time",
    "AST": "Atlantic Standard Time",
    "AWST": "Australian Western Standard Time",
    "BRST": "Brasilia Summer Time",
    "BRT": "Brasilia Standard Time",
    "BST": "British Summer Time",
    "CAT": "Central Africa Time",
    "CDT": "Central Daylight Time",
    "CEST": "Central European Summer Time",
    "CET": "Central European Standard Time",
    "CST": "Central Standard Time",
    "EAT": "East Africa Time",
    "EDT": "Eastern Daylight Time",
    "EEST": "Eastern European Summer Time",
    "EET": "Eastern European Standard Time",
    "EST": "Eastern Standard Time",
    "GMT": "Greenwich Mean Time",
    "HKT": "Hong Kong Standard Time",
    "HST": "Hawaii-Aleutian Standard Time",
    "ICT": "Indochina Time",
    "IST": "India Standard Time",
    "JST": "Japan Standard Time",
    "KST": "Korean Standard Time",
    "MDT": "Mountain Daylight Time",
    "MSK": "Moscow Standard Time",
    "MST": "Mountain Standard Time",
    "NDT": "Newfoundland Daylight Time",
    "NST": "Newfoundland Standard Time",
    "NZDT": "New Zealand Daylight Time",
    "NZST": "New Zealand Standard Time",
    "PDT": "Pacific Daylight Time",
    "PKT": "Pakistan Standard Time",
    "PST": "Pacific Standard Time",
    "SAST": "South Africa Standard Time",
    "SGT": "Singapore Standard Time",
    "TRT": "Turkey Time",
    "UTC": "Coordinated Universal Time",
    "WAT": "West Africa Standard Time",
    "WEST": "Western European Summer Time",
    "WET": "Western European Standard Time",
    "WIB": "Western Indonesia Time",
}

# The same letters mean other zones elsewhere.
_REGIONAL: Final = {
    "Asia/Jerusalem": {"IST": "Israel Standard Time", "IDT": "Israel Daylight Time"},
    "Asia/Taipei": {"CST": "Taipei Standard Time"},
    "Asia/Manila": {"PST": "Philippine Standard Time"},
    "Asia/": {"CST": "China Standard Time", "AST": "Arabian Standard Time", "GST": "Gulf Standard Time"},
    "Europe/Dublin": {"IST": "Irish Standard Time"},
    "America/Havana": {"CST": "Cuba Standard Time", "CDT": "Cuba Daylight Time"},
}

# Names that a text may have in place of an id, each with the zone that Java takes it for.
_ZONES: Final = {
    "America/New_York": ("EST", "EDT"),
    "America/Chicago": ("CST", "CDT"),
    "America/Denver": ("MST", "MDT"),
    "America/Los_Angeles": ("PST", "PDT"),
    "America/Anchorage": ("AKST", "AKDT"),
    "America/Halifax": ("AST", "ADT"),
    "America/St_Johns": ("NST", "NDT"),
    "America/Sao_Paulo": ("BRT",),
    "Pacific/Honolulu": ("HST",),
    "Europe/London": ("GMT", "BST"),
    "Europe/Paris": ("CET", "CEST"),
    "Europe/Bucharest": ("EET", "EEST"),
    "Europe/Lisbon": ("WET", "WEST"),
    "Europe/Moscow": ("MSK",),
    "Europe/Istanbul": ("TRT",),
    "Asia/Kolkata": ("IST",),
    "Asia/Karachi": ("PKT",),
    "Asia/Jakarta": ("WIB",),
    "Asia/Bangkok": ("ICT",),
    "Asia/Singapore": ("SGT",),
    "Asia/Hong_Kong": ("HKT",),
    "Asia/Tokyo": ("JST",),
    "Asia/Seoul": ("KST",),
    "Australia/Sydney": ("AEST", "AEDT"),
    "Australia/Adelaide": ("ACST", "ACDT"),
    "Australia/Perth": ("AWST",),
    "Pacific/Auckland": ("NZST", "NZDT"),
    "Africa/Johannesburg": ("SAST",),
    "Africa/Maputo": ("CAT",),
    "Africa/Nairobi": ("EAT",),
    "Africa/Lagos": ("WAT",),
    "UTC": ("UTC",),
}

_ZONE_OF_NAME: Final = {short: zone for zone, names in _ZONES.items() for short in names} | {
    _LONG_NAMES[short]: zone for zone, names in _ZONES.items() for short in names
}

LONG_NAMES: Final = tuple(sorted((name for name in _ZONE_OF_NAME if " " in name), key=len, reverse=True))
"""Names with blanks that a text may have, the longest first."""
