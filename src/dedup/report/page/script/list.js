// The list of clusters: filtered, sorted, and only as many rows in the page as are seen.

const ROW = 108; // pixels, as in the style
const AROUND = 6; // rows above and below what is seen
const list = byId("list");
const room = byId("list-room");
const remembers = clusters.state.some((state) => state !== "new");
const inputs = Object.fromEntries(
  ["text", "sort", "source", "relation", "state", "size", "from", "to", "notice"].map((name) => [name, byId(`f-${name}`)]),
);
const TOP = 200; // outlets that the filter offers
let order = []; // the clusters that pass, as they are sorted
let active = 0; // the place in it that the keyboard stands on
let opened = -1; // the cluster that is open
let texts = null; // what the filter looks for words in
const rows = new Map();

function haystacks() {
  texts ??= Array.from({ length: COUNT }, (_, c) => {
    const words = [clusters.id[c]];
    for (let m = clusters.first[c]; m < clusters.first[c + 1]; m++) {
      words.push(members.title[m] ?? members.lead[m] ?? "", members.id[m], sources[members.source[m]] ?? "");
    }
    return words.join("\n").toLowerCase();
  });
  return texts;
}

const SORTS = {
  size: (a, b) => sizeOf(b) - sizeOf(a),
  newest: (a, b) => undated(a, b) || compared(facts.from[b], facts.from[a]),
  oldest: (a, b) => undated(a, b) || compared(facts.from[a], facts.from[b]),
  sure: (a, b) => clusters.confidence[b] - clusters.confidence[a],
  unsure: (a, b) => clusters.confidence[a] - clusters.confidence[b],
};
const compared = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const undated = (a, b) => (facts.from[a] === "") - (facts.from[b] === "");
const collator = new Intl.Collator("en", { sensitivity: "base", numeric: true });

/** Filter and sort anew, and show the beginning. */
function refresh() {
  const words = inputs.text.value.toLowerCase().split(/\s+/).filter(Boolean);
  const source = inputs.source.value.trim().toLowerCase();
  const relation = RELATIONS.indexOf(inputs.relation.value);
  const least = Number(inputs.size.value) || 0;
  const [from, to] = [inputs.from.value, inputs.to.value];
  const outlets = source ? new Set(sources.flatMap((name, i) => ((name ?? "").toLowerCase().includes(source) ? [i] : []))) : null;
  const passes = (c) =>
    sizeOf(c) >= least &&
    (relation < 0 || facts.relations[c] & (1 << relation)) &&
    (!inputs.state.value || clusters.state[c] === inputs.state.value) &&
    (!inputs.notice.checked || facts.notice[c]) &&
    (!from || facts.to[c].slice(0, 10) >= from) &&
    (!to || (facts.from[c] !== "" && facts.from[c].slice(0, 10) <= to)) &&
    (!outlets || members.source.slice(clusters.first[c], clusters.first[c + 1]).some((one) => outlets.has(one))) &&
    words.every((word) => haystacks()[c].includes(word));
  order = Array.from({ length: COUNT }, (_, c) => c).filter(passes);
  if (inputs.sort.value === "title") {
    order.sort((a, b) => collator.compare(titleOf(clusters.first[a]), titleOf(clusters.first[b])));
  } else order.sort(SORTS[inputs.sort.value]);
  active = Math.max(0, order.indexOf(opened));
  const used = [source, relation >= 0, inputs.state.value, inputs.notice.checked, from, to, least].filter(Boolean).length;
  byId("f-count").textContent = used ? ` (${used})` : "";
  byId("f-said").textContent = order.length === COUNT ? counted(COUNT, "cluster") : `${number(order.length)} of ${counted(COUNT, "cluster")}`;
  room.style.height = `${Math.max(order.length, 1) * ROW}px`;
  list.scrollTop = active > 0 ? (active - 1) * ROW : 0;
  for (const row of rows.values()) row.remove();
  rows.clear();
  draw();
}

/** Put the rows that are seen into the page, and take out the others. */
function draw() {
  const first = Math.max(0, Math.floor(list.scrollTop / ROW) - AROUND);
  const last = Math.min(order.length, Math.ceil((list.scrollTop + list.clientHeight) / ROW) + AROUND);
  for (const [place, row] of rows) {
    if (place < first || place >= last) {
      row.remove();
      rows.delete(place);
    }
  }
  for (let place = first; place < last; place++) {
    if (!rows.has(place)) {
      const row = rowOf(place);
      row.style.top = `${place * ROW}px`;
      rows.set(place, row);
      room.append(row);
    }
  }
  if (order.length === 0 && !rows.has(-1)) {
    rows.set(-1, h("p", { class: "empty", role: "option", "aria-disabled": "true" }, COUNT ? "No cluster is like that. Filters can be cleared." : "There are no clusters."));
    room.append(rows.get(-1));
  }
  for (const [place, row] of rows) {
    row.classList.toggle("active", place === active);
    row.setAttribute("aria-selected", String(order[place] === opened));
  }
  if (rows.has(active)) list.setAttribute("aria-activedescendant", rows.get(active).id);
  else list.removeAttribute("aria-activedescendant");
}

function rowOf(place) {
  const c = order[place];
  const first = clusters.first[c];
  const said = [counted(sizeOf(c), "article"), outletsSaid(c), facts.from[c] && days(facts.from[c], facts.to[c])].filter(Boolean);
  return h(
    "div",
    { role: "option", id: `o-${c}`, class: "row", "aria-setsize": order.length, "aria-posinset": place + 1, "data-place": place },
    h("p", { class: isUntitled(first) ? "headline untitled" : "headline" }, quoted(titleOf(first))),
    h("p", { class: "meta" }, quoted(said.join(" · "))),
    h(
      "p",
      { class: "tags" },
      remembers && clusters.state[c] !== "unchanged" && h("span", { class: `tag state-${clusters.state[c]}` }, clusters.state[c]),
      facts.notice[c] ? h("span", { class: "tag warn" }, "⚑ takedown notice") : null,
      RELATIONS.filter((_, i) => facts.relations[c] & (1 << i)).map((name) => h("span", { class: "tag" }, `${SIGNS[name]} ${name}`)),
    ),
  );
}

/** Stand on another place of the list, and see it. */
function move(place) {
  if (!order.length) return;
  active = Math.min(Math.max(place, 0), order.length - 1);
  const top = active * ROW;
  if (top < list.scrollTop) list.scrollTop = top;
  else if (top + ROW > list.scrollTop + list.clientHeight) list.scrollTop = top + ROW - list.clientHeight;
  draw();
}

/** Mark a cluster as open, in sight unless it is filtered out. */
function markOpen(c) {
  opened = c;
  const place = order.indexOf(c);
  if (place >= 0) move(place);
  else draw();
}

function onListKey(event) {
  const page = Math.max(1, Math.floor(list.clientHeight / ROW) - 1);
  const places = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page, Home: 0, End: order.length - 1 };
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key in places) move(places[event.key]);
  else if ((event.key === "Enter" || event.key === " ") && order.length) location.hash = addressOf(order[active]);
  else return;
  event.preventDefault();
}

function startList() {
  const form = document.querySelector(".filters");
  const common = new Map();
  for (const source of members.source) common.set(source, (common.get(source) ?? 0) + 1);
  common.delete(0);
  const offered = [...common].sort((a, b) => b[1] - a[1]).slice(0, TOP);
  byId("f-sources").append(...offered.map(([source]) => h("option", { value: shown(sources[source]) })));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", refresh);
  form.addEventListener("reset", () => setTimeout(refresh));
  byId("f-more").addEventListener("click", () => {
    const others = byId("f-others");
    others.hidden = !others.hidden;
    byId("f-more").setAttribute("aria-expanded", String(!others.hidden));
    draw();
  });
  inputs.text.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "Enter") {
      list.focus();
      event.preventDefault();
    }
  });
  list.addEventListener("scroll", () => requestAnimationFrame(draw), { passive: true });
  list.addEventListener("keydown", onListKey);
  list.addEventListener("click", (event) => {
    const row = event.target.closest(".row");
    if (row) location.hash = addressOf(order[Number(row.dataset.place)]);
  });
  new ResizeObserver(() => draw()).observe(list);
  refresh();
}
