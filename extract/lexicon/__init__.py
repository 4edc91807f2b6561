"""The words as data: one TOML file per kind of word, every row with its own examples.

A new unit, bound word, header, idiom or department label is a row; nothing else changes. The rows
are spelled as in the view of ``extract.text`` and validated when they are first asked for.
"""

from extract.lexicon._actions import Actions, actions
from extract.lexicon._bounds import Bounds, bounds
from extract.lexicon._columns import Columns, columns
from extract.lexicon._dates import DateWord, DateWords, date_words
from extract.lexicon._departments import Departments, departments
from extract.lexicon._funding import Funding, funding
from extract.lexicon._idioms import Idioms, idioms
from extract.lexicon._rules import Rules, rules
from extract.lexicon._units import Unit, Units, units

__all__ = [
    "Actions",
    "Bounds",
    "Columns",
    "DateWord",
    "DateWords",
    "Departments",
    "Funding",
    "Idioms",
    "Rules",
    "Unit",
    "Units",
    "actions",
    "bounds",
    "columns",
    "date_words",
    "departments",
    "funding",
    "idioms",
    "rules",
    "units",
]
