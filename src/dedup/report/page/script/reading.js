// Side by side: two texts, with what they share marked and numbered in both, and footers named and greyed out.

const WORD = /[\p{L}\p{N}]+/gu;
const AROUND_WORDS = /^([^\p{L}\p{N}]*)(.*?)([^\p{L}\p{N}]*)$/su;
const folded = (word) => word.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
const WHY_NOT = {
  gone: "Its file or record is no longer where it was scanned, so its text is not in this page.",
  changed: "It reads otherwise than when it was scanned, or its partner does; its text is not in this page.",
  "left out": "This page had no room for its text.",
};

/** A text cut where a passage or a footer begins or ends: each piece with the numbers of both that it stands in. */
function pieces(length, passages, aside) {
  const cuts = new Set([0, length]);
  for (const [, start, stop] of [...passages, ...aside]) cuts.add(Math.min(start, length)).add(Math.min(stop, length));
  const places = [...cuts].sort((a, b) => a - b);
  const [byStart, open] = [[...passages].sort((a, b) => a[1] - b[1]), []];
  let [next, footer] = [0, 0];
  return places.slice(0, -1).map((start, i) => {
    while (next < byStart.length && byStart[next][1] <= start) open.push(byStart[next++]);
    for (let k = open.length - 1; k >= 0; k--) if (open[k][2] <= start) open.splice(k, 1);
    while (footer < aside.length && aside[footer][2] <= start) footer++;
    const inFooter = footer < aside.length && aside[footer][1] <= start;
    return { start, stop: places[i + 1], passages: open.map(([n]) => n), aside: inFooter ? footer : -1 };
  });
}

/** The words of the partner's sentences, by passage, to tell which words a sentence has of its own. */
const vocabulary = (text, passages) =>
  new Map(passages.map(([n, start, stop]) => [n, new Set(text.slice(start, stop).match(WORD)?.map(folded) ?? [])]));

function words(text, known) {
  const [found, at] = [[], { last: 0 }];
  for (const match of text.matchAll(WORD)) {
    if (known.has(folded(match[0]))) continue;
    found.push(text.slice(at.last, match.index), h("span", { class: "own" }, match[0]));
    at.last = match.index + match[0].length;
  }
  return [...found, text.slice(at.last)];
}

/** The text of one side. `passages` are rows of a number, start and stop; `theirs` the partner's words, if spun. */
function textOf(text, passages, aside, theirs) {
  const [seen, root, named] = [new Set(), h("div", { class: "text", dir: "auto" }), new Set()];
  for (const piece of pieces(text.length, passages, aside)) {
    const words_ = text.slice(piece.start, piece.stop);
    if (piece.aside >= 0) {
      const [footer] = aside[piece.aside];
      const label = !named.has(piece.aside) && footer >= 0 && h("a", { class: "footer-name", href: addressOfFooter(footer) }, footerLabel(footer));
      named.add(piece.aside);
      root.append(h("span", { class: "footer" }, label, words_));
    } else if (piece.passages.length) {
      const n = piece.passages[0];
      const fresh = piece.passages.filter((one) => !seen.has(one));
      fresh.forEach((one) => seen.add(one));
      const known = theirs?.get(n);
      root.append(
        h(
          "mark",
          { "data-n": piece.passages.join(" ") },
          fresh.map((one) => h("button", { type: "button", class: "n", "data-n": one, "aria-label": `Passage ${one}: show it in the other text` }, one)),
          known ? words(words_, known) : words_,
        ),
      );
    } else {
      const [, before, own, after] = AROUND_WORDS.exec(words_);
      filled(root, null, [before, own && h("span", { class: "own" }, own), after]);
    }
  }
  return root;
}

/** Where passages and footers lie in a text, as a strip. */
function strip(length, passages, aside) {
  const share = (place) => `${((100 * place) / Math.max(length, 1)).toFixed(2)}%`;
  const bar = (kind, [n, start, stop]) =>
    drawn("rect", { class: kind, "data-n": kind === "shared" ? n : null, x: share(start), width: share(stop - start), y: kind === "shared" ? 0 : 4, height: kind === "shared" ? 14 : 6 });
  return drawn("svg", { class: "strip", width: "100%", height: 14, "aria-hidden": "true" }, passages.map((row) => bar("shared", row)), aside.map((row) => bar("aside", row)));
}

/** One side: who it is, and its text or why it is not here. */
function side(rest, c, m, passages, theirs, quotes) {
  const member = rest.members[m - clusters.first[c]];
  const text = member.text === undefined ? null : rest.texts[member.text];
  const told = h(
    "div",
    { class: "side-head" },
    h("h3", { class: isUntitled(m) ? "untitled" : null }, member.url ? outward(member.url, titleOf(m)) : quoted(titleOf(m))),
    h("p", { class: "meta" }, factsOf(m)),
    h("p", { class: "meta id" }, quoted(members.id[m])),
  );
  if (text === null) {
    const said = (quotes ?? []).filter(Boolean).map((quote) => h("blockquote", { dir: "auto" }, quote));
    return h("article", { class: "side" }, told, h("p", { class: "notice" }, WHY_NOT[member.missing] ?? WHY_NOT.gone), said.length > 0 && h("p", { class: "note" }, "Passages that it shares begin like this:"), said);
  }
  const aside = member.aside ?? [];
  const panel = h("div", { class: "panel", tabindex: "0", role: "region", "aria-label": `Text of ${titleOf(m)}` }, textOf(text, passages, aside, theirs));
  return h("article", { class: "side" }, told, strip(text.length, passages, aside), panel);
}

/** A copy and its partner side by side. */
function sideBySide(rest, c, m) {
  const first = clusters.first[c];
  const partner = first + members.to[m];
  const [mine, its] = [rest.members[m - first], rest.members[partner - first]];
  const [text, itsText] = [mine, its].map((one) => (one.text === undefined ? null : rest.texts[one.text]));
  const shared = mine.shared ?? [];
  const both = text !== null && itsText !== null;
  const left = text === null ? [] : shared.map((row, i) => [i + 1, row[0], row[1]]);
  const right = both ? shared.map((row, i) => [i + 1, row[2], row[3]]) : [];
  const spun = members.relation[m] === "spun";
  const quotes = mine.quotes ?? [];
  const pair = h(
    "div",
    { class: "pair", "data-show": "shared" },
    side(rest, c, m, left, spun && both ? vocabulary(itsText, right) : null, quotes.map(([own]) => own)),
    side(rest, c, partner, right, spun && both ? vocabulary(text, left) : null, quotes.map(([own, theirs]) => theirs ?? (spun ? null : own))),
  );
  const [count, inAll] = mine.passages ?? [0, 0];
  const counts = spun ? `${number(count)} ${count === 1 ? "pair" : "pairs"} of sentences that tell the same, ${counted(inAll, "word")} of this copy` : `${counted(count, "shared passage")}, ${counted(inAll, "word")} in all`;
  const notAll = text !== null && shared.length < count ? ` The page marks ${shared.length} of them.` : "";
  const at = { n: 0 };
  const said = h("span", { class: "where", role: "status" }, left.length === 1 ? "1 passage" : `${left.length} passages`);
  const go = (n, from) => {
    at.n = ((n - 1 + left.length) % left.length) + 1;
    said.textContent = `Passage ${at.n} of ${left.length}`;
    for (const mark of pair.querySelectorAll("[data-n]")) mark.classList.toggle("on", mark.dataset.n.split(" ").includes(String(at.n)));
    for (const panel of pair.querySelectorAll(".panel")) {
      const mark = panel.querySelector("mark.on");
      if (mark && !(from && panel.contains(from))) see(panel, mark, Boolean(from));
    }
  };
  pair.addEventListener("click", (event) => {
    const mark = event.target.closest("button.n, mark, rect.shared");
    if (mark && left.length && !getSelection().toString()) go(Number(mark.dataset.n.split(" ")[0]), mark);
  });
  const show = (which, words_) => h("button", { type: "button", "aria-pressed": String(which === "shared"), click: (event) => {
    pair.dataset.show = which;
    for (const button of event.target.parentElement.children) button.setAttribute("aria-pressed", String(button === event.target));
  } }, words_);
  return [
    h("p", { class: "verdict" }, verdict(m, partner), " ", counts, ".", notAll),
    h(
      "div",
      { class: "tools" },
      text !== null && h("div", { class: "switch", role: "group", "aria-label": "What to mark" }, show("shared", "What they share"), show("differs", "What differs")),
      left.length > 0 && h("div", { class: "steps" }, h("button", { type: "button", "aria-label": "Passage before", click: () => go(at.n - 1 || left.length) }, "‹"), said, h("button", { type: "button", "aria-label": "Next passage", click: () => go(at.n + 1) }, "›")),
    ),
    pair,
  ];
}

/** Bring a mark into sight: in its panel, or in the page where panels stand below each other at full height. */
function see(panel, mark, mayMovePage) {
  if (panel.scrollHeight > panel.clientHeight + 1) {
    const place = mark.getBoundingClientRect().top - panel.getBoundingClientRect().top + panel.scrollTop;
    panel.scrollTo({ top: place - panel.clientHeight / 3 });
  }
  const box = panel.getBoundingClientRect();
  if (mayMovePage && (box.bottom < 80 || box.top > innerHeight - 80)) mark.scrollIntoView({ block: "center" });
}
