from dataclasses import fields

from dedup.model import Article, Heads, Marker


def heads(*names: str) -> Heads:
    """Heads of articles whose every field is their name and that of the field."""
    made = Heads()
    said = ("title", "source", "url", "canonical", "published", "author", "publisher", "based_on")
    articles = [Article(name, f"{name}.txt", "", **{field: f"{name} {field}" for field in said}) for name in names]
    made.add(articles, [[Marker("agency", name, 0, 1)] for name in names])
    return made


def test_heads_that_are_taken_or_joined_keep_every_column() -> None:
    joined = heads("a")
    joined.extend(heads("b", "c"))
    assert joined == heads("a", "b", "c")
    assert joined.take([2, 0]) == heads("c", "a")


def test_every_column_of_heads_has_an_entry_for_each_article() -> None:
    made = heads("a", "b")
    assert {len(getattr(made, column.name)) for column in fields(Heads)} == {2}
