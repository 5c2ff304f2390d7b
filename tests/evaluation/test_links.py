from dedup.evaluation.gold import Gold
from dedup.evaluation.links import Link, RelationScore, precision_by_relation, recall_by_relation

GOLD = Gold({"a": "1", "b": "1", "c": "1", "d": "2", "e": "2"})


def test_precision_by_relation_counts_the_links_that_join_one_story() -> None:
    links = [Link("b", "a", "near"), Link("d", "a", "near"), Link("c", "a", "spun"), Link("e", "d", "identical")]
    assert precision_by_relation(GOLD, links) == (
        RelationScore("identical", 1, 1, 1.0),
        RelationScore("near", 2, 1, 0.5),
        RelationScore("spun", 1, 1, 1.0),
    )


def test_a_pair_that_names_each_other_is_one_link() -> None:
    links = [Link("a", "b", "near"), Link("b", "a", "near")]
    assert precision_by_relation(GOLD, links) == (RelationScore("near", 1, 1, 1.0),)


def test_links_that_are_ignored_or_have_no_label_are_not_judged() -> None:
    gold = Gold(GOLD.cluster_of, ignored=frozenset({("a", "d")}))
    assert precision_by_relation(gold, [Link("d", "a", "near"), Link("x", "a", "near")]) == ()


def test_recall_by_relation_counts_the_copies_found_with_their_partner() -> None:
    relations, partners = {"a": "original", "b": "near", "c": "spun", "e": "near"}, {"b": "a", "c": "a", "e": "d"}
    gold = Gold(GOLD.cluster_of, relation_of=relations, partner_of=partners)
    assert recall_by_relation(gold, lambda a, b: {a, b} == {"a", "b"}) == (
        RelationScore("near", 2, 1, 0.5),
        RelationScore("spun", 1, 0, 0.0),
    )
    ignoring = Gold(gold.cluster_of, {}, frozenset({("a", "c"), ("d", "e")}), relations, partners)
    assert recall_by_relation(ignoring, lambda *_: True) == (RelationScore("near", 1, 1, 1.0),)
