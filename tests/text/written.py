"""Texts as people, and those who hide copies, might write them: strategies for tests of words."""

from hypothesis import strategies as st

# Characters with a part to play: letters of several scripts and widths, accents in both forms, quotes, dashes,
# invisible ones, line ends, look-alikes, ligatures, digits, signs of scripts without spaces.
TELLING = (
    "abcxyzABCXYZ019  ..,;!?--\n\n\r\t'\"’‘“”«»–—…\xad\u200b\u200d\ufeff\u2028\xa0éÉe\u0301ñßİıﬁŒÅ\u030a"
    "асеорхАСЕОРХєїй\u0418\u0306ЖяαβοΟΣσςאבשלוםعربी가힣각\u1112\u1161東京都日本語カタカナガホﾟ\u3099ไทยภาษา"
    "½²㍿ﷺⅣ𝚝𝐀𝟘👍🏽\x00\x92ԁѕԛ×™｡。！"
)
texts = st.text(st.sampled_from(TELLING) | st.characters(), max_size=80)
english = st.text(st.sampled_from("abcdefgh   .,\n'\"-"), max_size=200)
lengths = st.sampled_from([1, 1, 1, 2, 3, 6, 7, 8, 9, 30, 31, 32, 33, 300])
stretched = st.lists(st.tuples(st.sampled_from(TELLING), lengths).map(lambda run: run[0] * run[1]), max_size=20)
long_runs = stretched.map("".join)
"""Texts with long words and long gaps."""
