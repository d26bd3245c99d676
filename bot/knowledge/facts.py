"""Typed facts of a protocol pack, and how they read in a sentence."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

CURRENCY_SIGNS = {"USD": "$", "CAD": "CA$", "GBP": "£", "EUR": "€", "AUD": "A$"}
COUNTED_UNITS = frozenset(
    {"hour", "day", "week", "month", "year", "minute", "session", "treatment", "injection"}
)


class Strict(BaseModel):
    """A part of a pack: unknown keys are errors, because a typo must not lose a fact."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Quantity(Strict):
    """One figure with its unit: 45 minutes, 1 mm, 75%."""

    value: float
    unit: str
    source: str

    def read(self) -> str:
        """Return the figure as it stands in a sentence."""
        return f"{_number(self.value)}{_unit(self.value, self.unit)}"


class Range(Strict):
    """A figure between two bounds, both included."""

    min: float
    max: float
    unit: str
    source: str

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min > self.max:
            raise ValueError(f"min {self.min:g} is above max {self.max:g}; swap them")
        return self

    def read(self) -> str:
        """Return the range as it stands in a sentence: "2 to 4 sessions"."""
        return f"{_number(self.min)} to {_number(self.max)}{_unit(self.max, self.unit)}"


class Money(Strict):
    """A price."""

    amount: float = Field(ge=0)
    currency: Literal["USD", "CAD", "GBP", "EUR", "AUD"]
    source: str

    def read(self) -> str:
        """Return the price with its sign: "$450"."""
        return _money(self.amount, self.currency)


class MoneyRange(Strict):
    """A price between two bounds."""

    min_amount: float = Field(ge=0)
    max_amount: float = Field(ge=0)
    currency: Literal["USD", "CAD", "GBP", "EUR", "AUD"]
    source: str

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min_amount > self.max_amount:
            raise ValueError("min_amount is above max_amount; swap them")
        return self

    def read(self) -> str:
        """Return both prices with their sign: "$900 to $1,800"."""
        low, high = (_money(amount, self.currency) for amount in (self.min_amount, self.max_amount))
        return f"{low} to {high}"


class Name(Strict):
    """A name or term: of a sclerosant, a device, a profession."""

    text: str = Field(min_length=1)
    source: str

    def read(self) -> str:
        """Return the term itself."""
        return self.text


Fact = Annotated[
    Quantity | Range | Money | MoneyRange | Name,
    Field(union_mode="smart"),
]


def _number(value: float) -> str:
    return f"{value:,.10g}" if value == int(value) else f"{value:g}"


def _unit(value: float, unit: str) -> str:
    if unit == "%":
        return "%"
    return f" {unit}s" if unit in COUNTED_UNITS and value != 1 else f" {unit}"


def _money(amount: float, currency: str) -> str:
    figure = f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.2f}"
    return f"{CURRENCY_SIGNS[currency]}{figure}"
