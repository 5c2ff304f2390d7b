// The report's clusters and members as columns, and the parts that hold the rest, taken apart when they are needed.

const head = JSON.parse(byId("head").textContent);
const { clusters, members, sources, footers } = head;
const COUNT = clusters.id.length;
const RELATIONS = ["identical", "near", "excerpt", "spun"];
const SIGNS = { original: "◆", identical: "=", near: "≈", excerpt: "⊂", spun: "↻" };
const EXCERPT_OF_PARTNER = 1;
const KEPT_PARTS = 8;

const clusterOf = new Map(clusters.id.map((id, c) => [id, c]));
const sizeOf = (c) => clusters.first[c + 1] - clusters.first[c];
const takedowns = new Set(footers.flatMap((footer, i) => (footer.kind === "takedown" ? [i] : [])));

/** What the list shows of each cluster and filters it by. */
const facts = (() => {
  const [from, to, relations, notice] = [[], [], new Uint8Array(COUNT), new Uint8Array(COUNT)];
  for (let c = 0; c < COUNT; c++) {
    let [first, last] = ["", ""];
    for (let m = clusters.first[c]; m < clusters.first[c + 1]; m++) {
      const time = members.published[m];
      if (time !== null) {
        if (first === "" || time < first) first = time;
        if (time > last) last = time;
      }
      const relation = RELATIONS.indexOf(members.relation[m]);
      if (relation >= 0) relations[c] |= 1 << relation;
      if (members.footers[m].some((footer) => takedowns.has(footer))) notice[c] = 1;
    }
    from.push(first);
    to.push(last);
  }
  return { from, to, relations, notice };
})();

/** The outlets of a cluster, without those that are not known. */
function outletsOf(c) {
  const found = new Set(members.source.slice(clusters.first[c], clusters.first[c + 1]));
  found.delete(0);
  return [...found].map((source) => sources[source]);
}

/** The outlets of a cluster in words: their number, or the name of the only one if it has all articles. */
function outletsSaid(c) {
  const outlets = outletsOf(c);
  if (outlets.length > 1) return counted(outlets.length, "outlet");
  const all = !members.source.slice(clusters.first[c], clusters.first[c + 1]).includes(0);
  return all ? outlets[0] : null;
}

/** What to call a member: its title, how its text begins, or its id. */
const titleOf = (m) => members.title[m] || members.lead[m] || members.id[m];
const isUntitled = (m) => !members.title[m];

let clusterOfMember = null;
/** The cluster of the article of that id, and its number among all members; null if it is in none. */
function memberOf(id) {
  if (clusterOfMember === null) {
    clusterOfMember = new Map();
    for (let c = 0; c < COUNT; c++) {
      for (let m = clusters.first[c]; m < clusters.first[c + 1]; m++) clusterOfMember.set(members.id[m], [c, m]);
    }
  }
  return clusterOfMember.get(id) ?? null;
}

const parts = new Map();

/** The rest of a cluster. Waits for the end of the page if that was not read yet. */
async function restOf(c) {
  let k = head.parts.length - 1;
  while (head.parts[k] > c) k--;
  if (!parts.has(k)) {
    if (!byId(`part-${k}`) || document.readyState === "loading") {
      await new Promise((done) => document.addEventListener("DOMContentLoaded", done, { once: true }));
    }
    if (parts.size >= KEPT_PARTS) parts.delete(parts.keys().next().value);
    parts.set(k, JSON.parse(byId(`part-${k}`).textContent));
  }
  return parts.get(k)[c - head.parts[k]];
}

/** Addresses in this page. */
const addressOf = (c, m) =>
  `#c=${encodeURIComponent(clusters.id[c])}${m === undefined ? "" : `&m=${encodeURIComponent(members.id[m])}`}`;
const addressOfFooter = (footer) => `#f=${encodeURIComponent(footers[footer].id)}`;
