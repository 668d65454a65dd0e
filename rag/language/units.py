"""Units by name and symbol: what they measure, and their size in the base unit.

    unit("km") → Unit("length", 1000.0)      unit("hours") → Unit("time", 3600.0)

Factors are exact by definition (BIPM, The International System of Units, 9th edition; NIST SP 811 for
feet, pounds and gallons). The table is our own because even the smallest unit library takes 0.4 s to load its
definitions. A word that is not in it is a counted noun.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Unit:
    """What a unit measures, its `factor` to the base unit, and the offset of its `zero`, for temperatures."""

    measures: str
    factor: float = 1.0
    zero: float = 0.0


_DAY = 86_400.0
_TABLE: Mapping[str, Mapping[str, float]] = {
    "time": {
        "ms millisecond": 0.001, "s sec second": 1, "min minute": 60, "h hr hour": 3600, "day": _DAY,
        "week": 7 * _DAY, "fortnight": 14 * _DAY,
    },
    # Calendars, not seconds: a month has no fixed length, and a year is not 365 days of anything.
    "months": {
        "month": 1, "year yr": 12, "decade": 120, "century centuries": 1200, "millennium millennia": 12_000,
    },
    "length": {
        "nm nanometre nanometer": 1e-9, "mm millimetre millimeter": 1e-3, "cm centimetre centimeter": 1e-2,
        "m metre meter": 1, "km kilometre kilometer": 1e3, "inch inches": 0.0254, "ft foot feet": 0.3048,
        "yd yard": 0.9144, "mi mile": 1609.344,
    },
    "area": {
        "m² sqm": 1, "km²": 1e6, "ha hectare": 1e4, "acre": 4046.8564224,
    },
    "volume": {
        "ml millilitre milliliter": 1e-3, "cl centilitre centiliter": 1e-2, "l litre liter": 1,
        "gallon": 3.785411784, "pint": 0.473176473, "m³": 1e3,
    },
    "mass": {
        "µg microgram": 1e-6, "mg milligram": 1e-3, "g gram": 1, "kg kilogram kilo": 1e3,
        "t tonne": 1e6, "ton": 1.0000001e6, "oz ounce": 28.349523125, "lb lbs": 453.59237,
    },
    "speed": {"km/h kph kmh": 1 / 3.6, "m/s": 1, "mph": 0.44704, "knot": 1852 / 3600},
    "energy": {
        "j joule": 1, "kj kilojoule": 1e3, "wh": 3600, "kwh": 3.6e6, "mwh": 3.6e9, "gwh": 3.6e12,
        "twh": 3.6e15,
    },
    "power": {"w watt": 1, "kw kilowatt": 1e3, "mw megawatt": 1e6, "gw gigawatt": 1e9},
    "charge": {"mah": 1, "ah": 1e3},
    "voltage": {"v volt": 1, "kv kilovolt": 1e3},
    "frequency": {"hz hertz": 1, "khz": 1e3, "mhz": 1e6, "ghz": 1e9},
    "data": {"kb kilobyte": 1e3, "mb megabyte": 1e6, "gb gigabyte": 1e9, "tb terabyte": 1e12},
    "points": {"percentage_points percentage_point": 1},
    "percent": {"% percent": 1},
    "$": {"$ us$ usd dollar": 1, "cent": 0.01},
    "€": {"€ eur euro": 1},
    "£": {"£ gbp": 1, "pence penny": 0.01},
    "¥": {"¥ jpy yen": 1},
}  # fmt: skip
_DEGREES = {
    "°c celsius": Unit("temperature"),
    "°f fahrenheit": Unit("temperature", 5 / 9, -160 / 9),
    "kelvin": Unit("temperature", 1.0, -273.15),
}
# Symbols that are also words or names: they count only directly after digits.
SHORT_SIGNS = frozenset("m s h t g l w v j a mi mb min sec".split())


@cache
def _units() -> Mapping[str, Unit]:
    found = {name: value for names, value in _DEGREES.items() for name in names.split()}
    for measures, rows in _TABLE.items():
        for names, factor in rows.items():
            for name in names.split():
                found[name] = Unit(measures, factor)
                if len(name) > 2 and name.isalpha():
                    found.setdefault(f"{name}s", Unit(measures, factor))
    # A pound is money or mass; it matches either.
    found["pound"] = found["pounds"] = Unit("pound")
    return found


def unit(name: str) -> Unit | None:
    """The unit with a lower-case name or symbol, or None."""
    return _units().get(name)
