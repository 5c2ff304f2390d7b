// A cluster: the likely original and why, its members on a time line, each copy with its partner and measures.

const MORE = 100; // members that are shown at first, and with each "more"
const MARKERS = {
  copyright: "copyright of", publisher_mark: "publisher's mark", agency: "agency", dateline: "agency in its dateline", credit: "credits",
  byline: "by", takedown: "takedown notice", syndication: "syndication notice", aggregator: "aggregator", press_release: "press release",
  removal: "removal notice", translation: "machine translation", counter: "syndication mark",
};
const detail = byId("detail");

const footerLabel = (footer) => `${footers[footer].kind} · ${footers[footer].id}`;

function factsOf(m) {
  const found = [sources[members.source[m]], members.published[m] && day(members.published[m])].filter(Boolean);
  return found.length ? quoted(found.join(" · ")) : "outlet and date not known";
}

/** What a copy is to its partner, in a sentence. */
function verdict(m, partner) {
  const [of, relation] = [partner === undefined ? "its partner" : "the text beside it", members.relation[m]];
  const common = `${percent(members.resemblance[m])} of the runs of words that either has are in both.`;
  if (relation === "identical") return `Identical: the same words as ${of}.`;
  if (relation === "near") return `Near: ${common}`;
  if (relation === "excerpt") {
    return members.excerpt[m] === EXCERPT_OF_PARTNER
      ? `Excerpt: ${percent(members.containment[m])} of its runs of words stand in ${of}.`
      : `Excerpt: it holds ${of}, and more.`;
  }
  return `Spun: the same as ${of} in other words (${percent(Math.min(0.99, members.rewrite[m] ?? 0))} sure).`;
}

const sign = (relation) => h("span", { class: `sign is-${relation}` }, h("span", { "aria-hidden": "true" }, `${SIGNS[relation]} `), relation);

function meter(share) {
  return drawn("svg", { class: "meter", width: 96, height: 8, "aria-hidden": "true" }, drawn("rect", { class: "track", width: 96, height: 8, rx: 4 }), drawn("rect", { class: "share", width: 96 * share, height: 8, rx: 4 }));
}

function evidenceOf(c, evidence) {
  return h(
    "ul",
    { class: "evidence" },
    evidence.map((one) => {
      const inside = typeof one.in === "number";
      const where = inside ? h("a", { href: `#${memberId(c, one.in)}`, "data-member": one.in }, quoted(titleOf(clusters.first[c] + one.in))) : quoted(one.in);
      return h("li", null, h("span", { class: "says" }, one.says), one.value && quoted(`“${one.value}”`, { class: "value" }), h("span", { class: "in" }, "in ", where));
    }),
  );
}

const memberId = (c, place) => `member-${c}-${place}`;

function originOf(c, origin) {
  const [m, confidence] = [clusters.first[c], clusters.confidence[c]];
  const who = (name, share, why, evidence, facts_) => [
    h("p", { class: "who" }, name),
    facts_ && h("p", { class: "meta" }, facts_),
    h("p", { class: "sure" }, meter(share), h("b", null, percent(share)), ` sure: ${why}`),
    h("details", null, h("summary", null, counted(evidence.length, "piece"), " of evidence"), evidenceOf(c, evidence)),
  ];
  const { outside } = origin;
  return h(
    "section",
    { class: "card", "aria-label": "Likely original" },
    h("h3", null, outside ? "Likely original among these" : "Likely original"),
    who(quoted(titleOf(m), { class: isUntitled(m) ? "untitled" : null }), confidence, origin.why, origin.evidence, factsOf(m)),
    outside && h("div", { class: "outside" }, h("h3", null, "More likely from outside"), who(quoted(outside.name), outside.confidence, outside.why, outside.evidence)),
  );
}

/** Members on a time line: a row for each relation, so that signs, not colours, tell them apart. */
function timeLine(c) {
  const all = Array.from({ length: sizeOf(c) }, (_, i) => clusters.first[c] + i);
  const times = all.map((m) => (members.published[m] ? Date.parse(members.published[m]) : NaN));
  const dated = all.filter((_, i) => Number.isFinite(times[i]));
  const bare = all.length - dated.length;
  if (dated.length < 2) return h("p", { class: "note" }, dated.length ? "Only one of its articles bears a date." : "None of its articles bears a date.");
  const [first, last] = [Math.min(...times.filter(Number.isFinite)), Math.max(...times.filter(Number.isFinite))];
  const lanes = ["original", ...RELATIONS].filter((relation) => dated.some((m) => members.relation[m] === relation));
  const at = (time) => (last === first ? 50 : 2 + (96 * (time - first)) / (last - first));
  const height = 30 * lanes.length;
  const lane = (relation, i) => [
    drawn("text", { x: 0, y: i * 30 + 10, class: "lane" }, relation),
    drawn("line", { x1: "0", x2: "100%", y1: i * 30 + 20, y2: i * 30 + 20 }),
    dated.filter((m) => members.relation[m] === relation).map((m) => {
      const time = Date.parse(members.published[m]);
      return drawn("text", { class: `dot is-${relation}`, x: `${at(time).toFixed(2)}%`, y: i * 30 + 25 }, SIGNS[relation], drawn("title", null, `${titleOf(m)} — ${sources[members.source[m]] ?? ""} ${day(members.published[m])}`));
    }),
  ];
  const said = `${counted(dated.length, "dated article")} from ${day(new Date(first).toISOString())} to ${day(new Date(last).toISOString())}`;
  return h(
    "figure",
    { class: "time" },
    drawn("svg", { width: "100%", height, role: "img", "aria-label": said }, lanes.map(lane)),
    h("div", { class: "ends" }, h("span", null, day(facts.from[c])), h("span", null, day(facts.to[c]))),
    bare > 0 && h("p", { class: "note" }, `${counted(bare, "article")} without a date ${bare === 1 ? "is" : "are"} not on it.`),
  );
}

function memberCard(c, rest, place) {
  const m = clusters.first[c] + place;
  const [member, relation, partner] = [rest.members[place], members.relation[m], members.to[m]];
  const measures = [
    member.words !== undefined && ["words beside footers", number(member.words)],
    ...(relation === "original" ? [] : [
    ["in common", percent(members.resemblance[m])],
    ["of it in its partner", percent(members.containment[m])],
    members.rewrite[m] !== null && ["sure it is reworded", percent(Math.min(0.99, members.rewrite[m]))],
    member.passages && [relation === "spun" ? "words in sentences alike" : "words in passages", number(member.passages[1])],
    ]),
  ].filter(Boolean);
  const chips = [
    ...(member.markers ?? []).map(([kind, value]) => h("li", { class: kind === "takedown" ? "warn" : null }, `${MARKERS[kind] ?? kind}: `, quoted(value))),
    ...members.footers[m].slice(0, 12).map((footer) => h("li", null, h("a", { href: addressOfFooter(footer) }, footerLabel(footer)))),
  ];
  return h(
    "li",
    { class: "member", id: memberId(c, place), tabindex: "-1" },
    sign(relation),
    h("h4", { class: isUntitled(m) ? "untitled" : null }, member.url ? outward(member.url, titleOf(m)) : quoted(titleOf(m))),
    h("p", { class: "meta" }, factsOf(m), member.first_seen && ` · first seen ${day(member.first_seen)}`),
    h("p", { class: "meta id" }, quoted(members.id[m]), member.path && [" in ", quoted(member.path)]),
    measures.length > 0 && h("dl", { class: "measures" }, measures.map(([name, value]) => h("div", null, h("dt", null, name), h("dd", null, value)))),
    partner > 0 && h("p", { class: "meta" }, "compared with ", h("a", { href: `#${memberId(c, partner)}`, "data-member": partner }, quoted(titleOf(clusters.first[c] + partner)))),
    chips.length > 0 && h("details", { class: "marks" }, h("summary", null, counted(chips.length, "mark"), " and footers"), h("ul", { class: "chips" }, chips)),
    relation !== "original" && h("p", null, h("a", { class: "button", href: addressOf(c, m), "aria-label": `Side by side with ${partner > 0 ? "its partner" : "the original"}: ${titleOf(m)}` }, partner > 0 ? "Side by side with its partner" : "Side by side with the original")),
  );
}

/** All members, the original first, then in order of time; a hundred at once. */
function memberList(c, rest) {
  const rank = (place) => members.published[clusters.first[c] + place] ?? "~";
  const places = Array.from({ length: sizeOf(c) - 1 }, (_, i) => i + 1).sort((a, b) => compared(rank(a), rank(b)) || a - b);
  const all = [0, ...places];
  const items = h("ol", { class: "members" });
  const more = h("button", { type: "button", class: "button" });
  const add = (until) => {
    while (items.children.length < Math.min(until, all.length)) items.append(memberCard(c, rest, all[items.children.length]));
    more.hidden = items.children.length >= all.length;
    more.textContent = `Show more of ${counted(all.length, "article")}`;
  };
  more.addEventListener("click", () => add(items.children.length + MORE));
  add(MORE);
  return { element: [items, more], reveal: (place) => add(all.indexOf(place) + 1) };
}

function pastOf(c, rest) {
  const linked = (id) => (clusterOf.has(id) ? h("a", { href: addressOf(clusterOf.get(id)) }, quoted(id)) : quoted(id));
  const told = [["merged_from", "merged from"], ["split_from", "split from"], ["split_into", "split into"]].filter(([name]) => rest[name]);
  return told.map(([name, words_]) => h("p", { class: "meta" }, `${words_} `, [rest[name]].flat().flatMap((id, i) => [i ? ", " : "", linked(id)])));
}

/** Show a cluster, or one of its copies beside its partner. */
async function showCluster(c, id) {
  const rest = await restOf(c);
  const first = clusters.first[c];
  const found = id === null ? null : memberOf(id);
  const m = found && found[0] === c && members.to[found[1]] >= 0 ? found[1] : null;
  const title = h("h2", { tabindex: "-1", id: "cluster-title", class: isUntitled(first) ? "untitled" : null }, quoted(titleOf(first)));
  const back = m === null
    ? h("a", { class: "back", href: "#clusters" }, "‹ All clusters")
    : h("a", { class: "back", href: addressOf(c) }, `‹ All ${number(sizeOf(c))} articles of this story`);
  const seen = clusters.first_seen[c];
  const said = [counted(sizeOf(c), "article"), outletsSaid(c), facts.from[c] && days(facts.from[c], facts.to[c]), seen && `first seen ${day(seen)}`, remembers && clusters.state[c]];
  const header = h("header", null, back, title, m === null && h("p", { class: "meta" }, quoted(said.filter(Boolean).join(" · "))), m === null && h("p", { class: "meta id" }, "Cluster ", quoted(clusters.id[c])), m === null && pastOf(c, rest));
  document.body.classList.toggle("comparing", m !== null);
  if (m === null) {
    const list_ = memberList(c, rest);
    detail.replaceChildren(header, originOf(c, rest.origin), h("h3", null, "When"), timeLine(c), h("h3", null, "The original and its copies"), ...list_.element);
    detail.onclick = (event) => {
      const link = event.target.closest("a[data-member]");
      if (!link) return;
      event.preventDefault(); // a place in the cluster, no address of its own
      list_.reveal(Number(link.dataset.member));
      byId(memberId(c, link.dataset.member)).focus();
    };
  } else {
    detail.onclick = null;
    detail.replaceChildren(header, ...sideBySide(rest, c, m));
  }
  detail.parentElement.scrollTop = 0;
  return title;
}

/** Nothing is open. */
function showNothing() {
  document.body.classList.remove("comparing");
  detail.onclick = null;
  detail.replaceChildren(h("p", { class: "empty" }, COUNT ? "Pick a cluster to see who has the story from whom." : "No two articles are copies of one story."));
}
