// Footers: what was set aside, how often, and where.

const FOOTERS_AT_ONCE = 100;
const TELLS = { origin: "where it comes from", aggregator: "an aggregator took it", nothing: "nothing" };

function footerRow(i) {
  const footer = footers[i];
  const row = h(
    "tr",
    { id: `footer-${i}` },
    h("th", { scope: "row" }, h("a", { href: addressOfFooter(i) }, quoted(footer.id)), h("span", { class: "meta" }, ` ${footer.origin}`)),
    h("td", { "data-label": "Kind" }, footer.kind),
    h("td", { "data-label": "Tells" }, TELLS[footer.tells] ?? footer.tells),
    h("td", { class: "right", "data-label": "Articles" }, number(footer.articles)),
    h("td", { class: "right", "data-label": "Outlets" }, number(footer.sources)),
    h("td", { class: "example", "data-label": "Example" }, footer.example ? quoted(footer.example) : h("span", { class: "meta" }, "none at hand")),
  );
  return row;
}

/** The articles that carry a footer: those in clusters lead there. */
function footerArticles(i) {
  const footer = footers[i];
  const told = footer.in.map((id) => {
    const found = memberOf(id);
    return h("li", null, found ? h("a", { href: addressOf(found[0]) }, quoted(titleOf(found[1]))) : null, found && titleOf(found[1]) === id ? null : quoted(id, { class: "meta" }), found ? null : h("span", { class: "meta" }, " in no cluster"));
  });
  const others = footer.articles - footer.in.length;
  return h(
    "section",
    { class: "card", id: "footer-open" },
    h("h2", { tabindex: "-1" }, quoted(footer.id)),
    h("p", { class: "meta" }, `${footer.kind}, ${footer.origin}; in ${counted(footer.articles, "article")} of ${counted(footer.sources, "outlet")}`),
    footer.example && h("blockquote", { dir: "auto" }, footer.example),
    h("ul", { class: "articles" }, told),
    others > 0 && h("p", { class: "note" }, `and ${counted(others, "more article")}, which the report lists under “set_aside”.`),
  );
}

/** Show the table, and the articles of one footer above it. */
function showFooters(id) {
  const i = id === null ? -1 : footers.findIndex((footer) => footer.id === id);
  const place = byId("footer-list");
  if (!footers.length) {
    place.replaceChildren(h("p", { class: "empty" }, "No footers were found, or they were not looked for."));
    return null;
  }
  const kinds = [...new Set(footers.map((footer) => footer.kind))].sort();
  const body = h("tbody");
  const choice = h("select", null, h("option", { value: "" }, "all kinds"), kinds.map((kind) => h("option", null, kind)));
  const more = h("button", { type: "button", class: "button" });
  const status = h("span", { role: "status" });
  const fill = (until) => {
    const chosen = footers.flatMap((footer, at) => (!choice.value || footer.kind === choice.value ? [at] : []));
    chosen.sort((a, b) => footers[b].articles - footers[a].articles);
    body.replaceChildren(...chosen.slice(0, until).map(footerRow));
    more.hidden = until >= chosen.length;
    more.textContent = "Show more footers";
    status.textContent = counted(chosen.length, "footer");
  };
  choice.addEventListener("change", () => fill(FOOTERS_AT_ONCE));
  more.addEventListener("click", () => fill(body.children.length + FOOTERS_AT_ONCE));
  fill(FOOTERS_AT_ONCE);
  const titles = ["Footer", "Kind", "Tells", "Articles", "Outlets", "Example"];
  const table = h("table", { class: "footers" }, h("thead", null, h("tr", null, titles.map((title, at) => h("th", { scope: "col", class: at === 3 || at === 4 ? "right" : null }, title)))), body);
  const open = i >= 0 ? footerArticles(i) : null;
  place.replaceChildren(...[open, h("p", { class: "line" }, h("label", null, "Show ", choice), status), table, more].filter(Boolean));
  return open?.querySelector("h2") ?? null;
}
