"""Every number and name that can change a verdict, each with its unit and its reason.

Numbers that cannot change a verdict (batch sizes, buffer sizes) stand as constants next to their only use.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import orjson
import xxhash

from dedup.errors import SettingsError
from dedup.weights import ORIGIN_WEIGHTS, OriginWeights

MEBIBYTE = 1 << 20

STEMMERS = (
    "arabic", "armenian", "basque", "catalan", "danish", "dutch", "english", "finnish", "french", "german", "greek",
    "hindi", "hungarian", "indonesian", "irish", "italian", "lithuanian", "nepali", "norwegian", "porter",
    "portuguese", "romanian", "russian", "serbian", "spanish", "swedish", "tamil", "turkish", "yiddish",
)  # fmt: skip
"""The languages that Snowball's stemmers know, in all releases from 2.2 on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Equal settings and equal input give an equal report.

    Raises:
        SettingsError: a value is out of its range.
    """

    shingle_words: int = 5
    """Words in a shingle, 1 to 32. Five in a row seldom stand in two texts by chance, and survive most edits."""

    permutations: int = 128
    """Rows of a signature, 2 to 1024. Standard error of a resemblance: at most 0.5 / sqrt(128) = 0.044."""

    seed: int = 1
    """Picks the family of hash functions of a signature, 0 to 2**32 - 1; 1 is also datasketch's default."""

    band_rows: int = 2
    """Rows in a band, 1 to 8, a divisor of ``permutations``. 64 bands of 2 rows make a candidate of a pair of
    resemblance 0.3 with probability 0.998, of 0.25 with 0.984; bands of 8 rows would find 1 in 1,000."""

    min_resemblance: float = 0.25
    """Share of common shingles, 0 to 1, from which two articles are NEAR copies. Measured on 100,000 made-up
    articles, whose copies have up to 10 % of their words edited or 40 % cut off: 0.25 finds .9997 of the pairs,
    0.4 .991, 0.5 .904, 0.7 .560; precision .999 at 0.25, 1.000 from 0.4 on."""

    min_cohesion: float = 0.1
    """Share of the smaller article's shingles, 0 to 1, that two members of one cluster have in common. Guards
    against chains: A like B and B like C is no cluster when A and C share nothing."""

    whole_bucket: int = 64
    """Articles in a bucket up to which each is compared with each. In a larger one, each is compared with one
    after another of a few pivots until one is found that it is related to."""

    max_pivots: int = 64
    """Pivots of one large bucket that link nothing, 1 or more, before it is left. A bucket of thousands of pages that
    share a passage, and else nothing, would cost hours. What is left is counted in ``limits_hit``."""

    min_containment: float = 0.5
    """Share of an article's shingles, 0 to 1, that stand in a longer one, from which it is an EXCERPT of that, ..."""

    min_excerpt_words: int = 80
    """... if at least so many of its words do, 1 or more: a statement of 60 words that two reports quote makes
    neither an excerpt of the other."""

    min_whole_containment: float = 0.9
    """Share, 0 to 1, from which an article counts as standing whole in another one, ..."""

    min_whole_words: int = 50
    """... down to so many words, 1 or more: a quotation or a caption may be a page of its own."""

    stem_language: str = "english"
    """The Snowball stemmer for words; rewriting is told only in the language of the shipped background, English."""

    max_key_share: float = 0.05
    """Share of news articles, 0.005 to 1, that hold a word, up to which it serves in keys for candidates. Measured
    on 23,600 articles: .03 names 104 others per article and finds .93 to .99 of spun pairs, .05 223 and .98 to
    .99, .1 585 and .99."""

    max_key_articles: int = 20
    """Articles, 2 or more, that hold a key, beyond which it is a phrase of the language."""

    min_shared_keys: int = 2
    """Keys, 1 or more, that two articles must share to be compared, ..."""

    min_key_share: float = 0.1
    """... and their share of the keys of the article that has fewer, 0 to 1."""

    min_key_order: float = 0.3
    """Share of the anchors of the article that has fewer, 0 to 1, that both have in the same order, below which two
    that share keys are not looked at any closer. Measured: at .2 no more copies are found among 23,600 articles."""

    max_anchor_share: float = 0.1
    """Share of news articles, 0.005 to 1, that hold a word, up to which it is an anchor for the verdict."""

    verbatim_words: int = 12
    """Words in a row, 1 or more, that two articles share, from which they count as taken over word
    for word, and are left out when rewriting is measured. With them, .46 of translations there and back of 200 words
    are found at 28 wrong pairs in 278 million; without, .996."""

    phrase_weight: float = 20.0
    """Weight of the square root of ``Rewriting.phrases`` in the logistic score of a rewriting. The weights are a
    regression, rounded, on 6,840 pairs of six families of spinning against unrelated articles that share keys, of
    which there are few among 278 million pairs; bench/families.py shows what they are without each family."""

    order_weight: float = 17.0
    """The same for ``Rewriting.order``."""

    sentence_weight: float = 3.0
    """The same for ``Rewriting.sentences``."""

    rewrite_bias: float = 19.2
    """What the weighed sum must outweigh."""

    min_rewrite: float = 0.5
    """Logistic score, 0 to 1, from which two articles are SPUN copies. Measured: 11 of 278 million pairs of unrelated
    articles reach it, and 3 of 3,663 pairs of reports of the same event by different outlets."""

    min_review: float = 0.1
    """Score, 0 to 1, from which a pair is listed as borderline, for people to look at."""

    min_kinship: float = 0.0005
    """Score, 0 to 1, that each two members of a cluster reach, or else share ``min_cohesion`` of their words: against
    chains of spun copies. Two paraphrases of one text reach it to .99, reports of one event to .97, other articles
    hardly ever."""

    min_longer: float = 1.25
    """How many times as long as a near copy, 1 or more, an article is that may be a container of it."""

    min_topic_share: float = 0.2
    """Share of a story's anchors, 0 to 1, that stand also in the rest of the article that holds it, from which it is
    a part of that article. The first 60 words of an article mostly have .44, of another .0; 250 words .24 and .02. Of
    600 articles with two excerpts each, 60 are taken for round-ups; of 600 round-ups of two and three, all are."""

    min_rewrite_words: int = 100
    """Words, 1 or more, that the longer of two articles must have; with fewer nobody can tell, ..."""

    min_spun_words: int = 60
    """... and the shorter one, 1 or more. Measured on unrelated articles that share keys: 1 of 207 pairs whose
    shorter one has 60 to 100 words is called spun, 3 of 264 with 100 to 150."""

    max_rewrite_words: int = 20_000
    """Words of an article, ``min_rewrite_words`` or more, that are looked at for rewriting."""

    min_rest_words: int = 20
    """Words, 1 or more, that both must have besides what they share word for word."""

    min_anchors: int = 5
    """Anchors, 1 or more, that both must have there."""

    max_rare_share: float = 0.6
    """Anchors over words, 0 to 1, beyond which an article is in another language than the background, or a list."""

    min_passage_words: int = 8
    """Words in a row, 2 to 1000, that two articles share, from which they are named as a passage. Shorter ones are
    mostly phrases of the language; no relation rests on this."""

    set_aside_footers: bool = True
    """Whether footers are set aside before articles are compared. Else a site's menu makes copies of its pages."""

    max_line_words: int = 9
    """Words, 1 or more, up to which a block is a short line: a link, a tag, an entry of a menu. On 3,034 pages and
    their main texts (2,349 labelled pairs), runs of such lines are 27 % of a page's words and 3 % of a main
    text's."""

    min_lines: int = 4
    """Short lines in a row, 1 or more, from which they are navigation. A headline and its byline are fewer."""

    min_prose_words: int = 40
    """Words, 0 or more, that an article must have besides its runs of short lines for these to be set aside; else
    it is a list, a table or a poem."""

    max_remnant_words: int = 10
    """Words, 0 or more, of a piece that footers leave of a block, up to which it is footer, too, ..."""

    min_footer_share: float = 0.7
    """... if they hold this share of the block, 0 to 1: the end of a sentence whose beginning is known."""

    footer_words: int = 12
    """Words in a shingle by which footers are learned, 2 to 32; shorter ones are not. Phrases of 8 words recur by
    chance in a large collection: in 100,000 made-up articles they set aside twice as many words of stories."""

    min_footer_articles: int = 4
    """Different texts, 2 or more, in which a run of words must stand to be taken for a footer, in a collection of up
    to 3,000. As more recurs by chance in a larger one, it grows with the fourth root of their number for texts of one
    source (17 in a million), with the square root for those of several or unknown ones (73 in a million)."""

    min_footer_votes: float = 0.4
    """Votes over articles, 0 to 1, from which a run is looked at: 1 if each article around it is a story of its
    own, 1 over the copies for the story itself. Measured: .5 and more for footers, mostly below .4 for stories."""

    min_footer_stories: int = 3
    """Different stories, 2 or more, that up to five articles around a run must tell for it to be a footer; more than
    half of the articles that are compared must."""

    min_apart_words: int = 24
    """Words in a row, 1 or more, that one article has and another lacks, from which they count as a story of its own:
    longer than what edits leave between shared shingles."""

    min_apart_in_source: float = 0.25
    """How much two articles of one source must have of their own, for each word that they share, to be different
    stories. An outlet seldom prints a story twice, but puts long captions and lists under several."""

    min_apart: float = 1.0
    """The same for articles of different or unknown sources. A story with each outlet's own readers' comments
    below is still that story."""

    min_body_words: int = 8
    """Words, 0 or more, that footers must leave of an article for it to be compared. With fewer it is nothing but
    footer: an emptied page and its headline."""

    origin: OriginWeights = ORIGIN_WEIGHTS
    """What each kind of evidence says about who is the original; a table ``[origin]`` in TOML."""

    id_fields: tuple[str, ...] = ("id", "url")
    """Fields of a record that may hold its id, the first that is there wins; else the id is ``path:line``."""

    text_fields: tuple[str, ...] = ("text", "body", "content", "article", "maintext", "articleBody")
    """Fields of a record that may hold the text of the article."""

    title_fields: tuple[str, ...] = ("title", "headline")
    """Fields of a record that may hold the headline."""

    url_fields: tuple[str, ...] = ("url", "link")
    """Fields of a record that may hold the address of the page."""

    source_fields: tuple[str, ...] = ("source", "site", "publisher", "outlet")
    """Fields of a record that may hold the outlet; without one, it is the host of the address."""

    date_fields: tuple[str, ...] = (
        "published",
        "date",
        "date_published",
        "published_at",
        "publishedAt",
        "datePublished",
        "date_publish",
        "pubDate",
    )
    """Fields of a record that may hold the time of publication."""

    author_fields: tuple[str, ...] = ("author", "byline")
    """Fields of a record that may hold the author."""

    max_article_bytes: int = 256 * MEBIBYTE
    """Size from which one article (a text file, a page, a line of JSON Lines) is refused, decompressed."""

    max_json_bytes: int = 1024 * MEBIBYTE
    """Size from which a .json file, which can only be read whole, is refused, decompressed."""

    max_expansion: int = 200
    """How many times larger than on disk a compressed file may get, past its first 64 MiB: text shrinks to
    a third or a tenth, a decompression bomb to a thousandth."""

    def __post_init__(self) -> None:
        _wanted(1 <= self.shingle_words <= 32, self, "shingle_words", "1 to 32")
        _wanted(2 <= self.permutations <= 1024, self, "permutations", "2 to 1024")
        _wanted(0 <= self.seed < 1 << 32, self, "seed", "0 to 4294967295")
        _wanted(1 <= self.band_rows <= 8, self, "band_rows", "1 to 8")
        _wanted(self.permutations % self.band_rows == 0, self, "band_rows", f"a divisor of {self.permutations}")
        _wanted(2 <= self.min_passage_words <= 1000, self, "min_passage_words", "2 to 1000")
        _wanted(2 <= self.footer_words <= 32, self, "footer_words", "2 to 32")
        _wanted(2 <= self.min_footer_articles <= 255, self, "min_footer_articles", "2 to 255")
        for share in _SHARES:
            _wanted(0 < getattr(self, share) <= 1, self, share, "more than 0, at most 1")
        for share in ("max_key_share", "max_anchor_share"):
            _wanted(0.005 <= getattr(self, share) <= 1, self, share, "0.005 to 1")
        for weight in ("phrase_weight", "order_weight", "sentence_weight", "rewrite_bias"):
            _wanted(0 <= getattr(self, weight) <= 1000, self, weight, "0 to 1000")
        _wanted(
            self.max_rewrite_words >= self.min_rewrite_words, self, "max_rewrite_words",
            f"at least {self.min_rewrite_words}",
        )  # fmt: skip
        _wanted(self.min_review <= self.min_rewrite, self, "min_review", f"at most {self.min_rewrite}")
        _wanted(self.stem_language in STEMMERS, self, "stem_language", f"one of {', '.join(STEMMERS)}")
        _wanted(1 <= self.min_longer < 1000, self, "min_longer", "1 or more, less than 1000")
        for ratio in ("min_apart_in_source", "min_apart"):
            _wanted(0 < getattr(self, ratio) < 1000, self, ratio, "more than 0, less than 1000")
        for name, least in _LEAST.items():
            _wanted(least <= getattr(self, name) < 1 << 53, self, name, f"{least} to 9007199254740991")
        _wanted(len(self.text_fields) > 0, self, "text_fields", "at least one name")

    @property
    def bands(self) -> int:
        """Number of bands of a signature."""
        return self.permutations // self.band_rows

    def as_dict(self) -> dict[str, Any]:
        """The settings as plain values, for a report."""
        return asdict(self)

    def fingerprint(self) -> str:
        """Digest of all values, 32 hexadecimal digits: equal for equal settings on every machine."""
        return fingerprint_of(self.as_dict())

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Settings":
        """Settings from plain values, such as a TOML table.

        Raises:
            SettingsError: a name is unknown, or a value has the wrong type or is out of range.
        """
        known = {f.name: f.default for f in fields(cls)}
        checked = {}
        for name, value in values.items():
            if name not in known:
                raise SettingsError(f"unknown setting {name!r}; known are {', '.join(sorted(known))}")
            checked[name] = _typed(name, value, known[name])
        return cls(**checked)


_SHARES = (
    "min_resemblance",
    "min_cohesion",
    "min_footer_votes",
    "min_footer_share",
    "min_containment",
    "min_whole_containment",
    "min_key_share",
    "min_key_order",
    "min_rewrite",
    "min_review",
    "max_rare_share",
    "min_kinship",
    "min_topic_share",
)
"""Shares that are more than 0."""

_LEAST = {
    "min_excerpt_words": 1,
    "min_whole_words": 1,
    "max_key_articles": 2,
    "min_shared_keys": 1,
    "verbatim_words": 1,
    "min_rewrite_words": 1,
    "min_spun_words": 1,
    "max_rewrite_words": 1,
    "min_rest_words": 1,
    "min_anchors": 1,
    "whole_bucket": 1,
    "max_pivots": 1,
    "max_article_bytes": 1,
    "max_json_bytes": 1,
    "max_expansion": 1,
    "max_line_words": 1,
    "min_lines": 1,
    "min_prose_words": 0,
    "min_footer_stories": 2,
    "min_apart_words": 1,
    "min_body_words": 0,
    "max_remnant_words": 0,
}
"""The least value of each count that has no other bounds."""


def fingerprint_of(values: Mapping[str, Any]) -> str:
    """The fingerprint of settings as ``as_dict`` gives them, also of another version's."""
    return xxhash.xxh3_128_hexdigest(orjson.dumps(values, option=orjson.OPT_SORT_KEYS))


def _wanted(holds: bool, settings: Settings, name: str, range_: str) -> None:
    if not holds:
        raise SettingsError(f"setting {name} = {getattr(settings, name)!r} is out of range; wanted {range_}")


def _typed(name: str, value: Any, default: Any) -> Any:
    """``value`` as the type of ``default``; a list of names may be given as one name."""
    if isinstance(default, OriginWeights):
        return OriginWeights.from_dict(value)
    if isinstance(default, tuple):
        names = [value] if isinstance(value, str) else value
        if isinstance(names, list) and all(isinstance(n, str) and n for n in names):
            return tuple(names)
        raise SettingsError(f"setting {name} = {value!r} is no list of field names, such as {list(default)!r}")
    if isinstance(default, str):
        if isinstance(value, str):
            return value
        raise SettingsError(f"setting {name} = {value!r} is no text, such as {default!r}")
    if isinstance(default, bool):
        if isinstance(value, bool):
            return value
        raise SettingsError(f"setting {name} = {value!r} is neither true nor false")
    whole = isinstance(value, int) and not isinstance(value, bool)
    if isinstance(default, float) and (whole or isinstance(value, float)):
        return float(value)
    if isinstance(default, int) and whole:
        return value
    kind = "a number" if isinstance(default, float) else "a whole number"
    raise SettingsError(f"setting {name} = {value!r} is not {kind}, such as {default!r}")
