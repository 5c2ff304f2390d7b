import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.clusters.names import alike, is_person, name, place


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("The Quayside Ledger", "Quayside Ledger Media Group plc"),
        ("The Quayside Ledger", "quayside-ledger.example"),
        ("The Quayside Ledger", "QuaysideLedger.co.example"),
        ("quayside-ledger", "www.quaysideledger.example"),
        ("Dow Jones & Company, Inc.", "Dow Jones Newswires"),
        ("Northern Wire Service", "NWS"),
        ("nws", "The Northern Wire Service"),
        ("The Associated Press", "apnews.com"),
        ("Fenmark Daily", "Fenmark Daily Press"),
        ("The Hare's Mail", "Hares Mail"),
        ("Upper Coll Times", "uppercolltimes.wordpress.com"),
        ("Zeitung für Ostrey GmbH & Co. KG", "Zeitung für Ostrey"),
    ],
)
def test_two_ways_to_write_a_name_are_alike(left: str, right: str) -> None:
    assert alike(name(left), name(right)) and alike(name(right), name(left))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("The Quayside Ledger", "The Brackwater Times"),
        ("Ashe Post", "AP"),
        ("News of the World", "World"),
        ("Northern Wire Service", "Nightly Weather Sheet"),
        ("", "The Quayside Ledger"),
        ("...", "!"),
        ("Daily Express", "Daily Exchange"),
    ],
)
def test_two_names_are_not_alike(left: str, right: str) -> None:
    assert not alike(name(left), name(right))


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_taken_as_a_name(left: str, right: str) -> None:
    assert alike(name(left), name(right)) == alike(name(right), name(left))


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://www.Ledger.example/a/", ("ledger.example", "ledger.example/a")),
        ("http://ledger.example/a#top", ("ledger.example", "ledger.example/a")),
        ("//ledger.example:80/a?id=1", ("ledger.example", "ledger.example/a?id=1")),
        ("The Quayside Ledger", None),
        ("", None),
    ],
)
def test_an_address_does_not_hang_on_its_scheme(address: str, found: tuple[str, str] | None) -> None:
    assert place(address) == found


@pytest.mark.parametrize("author", ["Maud Pellow", "Gus van der Penhallow", "MAUD PELLOW"])
def test_a_name_of_two_words_or_more_is_a_person(author: str) -> None:
    assert is_person(author)


@pytest.mark.parametrize("author", ["", "admin", "Mirror Robot", "Northern Wire Service", "Ledger staff", "Reuters"])
def test_a_desk_or_a_machine_is_no_person(author: str) -> None:
    assert not is_person(author)
