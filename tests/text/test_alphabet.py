import unicodedata

import pytest

from dedup.text import alphabet
from dedup.text.alphabet import LETTER, LOOK_ALIKES, SIGN, fold


def test_the_shipped_table_is_what_the_rules_give() -> None:
    shipped = alphabet.alphabet()
    some = [*range(0x3400), *range(0x3400, 0x110000, 61)]
    known = [c for c in some if unicodedata.category(chr(c)) not in ("Cn", "Cs", "Co") and shipped.cell(c)]
    letters = [c for c in known if shipped.cell(c) & 15 in (LETTER, SIGN)]
    different = [hex(c) for c in letters if fold(chr(c)) != "".join(map(chr, shipped.folded(c)))]
    assert different == []


@pytest.mark.parametrize("character", sorted(LOOK_ALIKES))
def test_a_look_alike_folds_to_letters_of_ascii_in_either_case(character: str) -> None:
    assert fold(character).isascii()
    assert fold(character).isalpha()
    assert fold(character.upper()) == fold(character)


def test_folding_ends_at_characters_that_fold_to_themselves() -> None:
    table = alphabet.alphabet()
    ends = {c for code in range(0x110000) if table.cell(code) & 15 in (LETTER, SIGN) for c in table.folded(code)}
    assert [hex(c) for c in ends - {32} if table.folded(c) != [c]] == []
