"""How a rule kind describes a key of the program file: plain data that the program's schema reads."""

from bonuscli.records import namedtuple

# type: rate | money | points | count | factor | flag | choice | text; required: bool; choices: for type choice;
# default: the typed value where the key is absent; least, most: bounds of the typed value, or None; about: one
# sentence.
Key = namedtuple("Key", "type required default choices least most about", defaults=(False, None, (), None, None, ""))
