// What the address says is what is seen: #overview, #clusters, #c=CLUSTER, #c=CLUSTER&m=COPY, #footers, #f=FOOTER.

const views = [...document.querySelectorAll(".view")];
let shownBefore = null;

/** What an address asks for. An id that was not encoded is understood, too. */
function asked(hash) {
  const raw = hash.replace(/^#/, "");
  const decoded = (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  };
  if (raw.startsWith("c=")) {
    const [, cluster, member] = /^c=(.*?)(?:&m=([^&]*))?$/s.exec(raw);
    return { view: "clusters", cluster: decoded(cluster), member: member === undefined ? null : decoded(member) };
  }
  if (raw.startsWith("f=")) return { view: "footers", footer: decoded(raw.slice(2)) };
  return { view: views.some((view) => view.id === raw) ? raw : null };
}

async function follow() {
  const wanted = asked(location.hash);
  if (wanted.view === null) {
    if (shownBefore !== null) return; // a place in what is seen already
    wanted.view = "overview";
  }
  const again = shownBefore !== null;
  for (const view of views) view.hidden = view.id !== wanted.view;
  for (const link of document.querySelectorAll("nav [data-view]")) {
    if (link.dataset.view === wanted.view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const c = clusterOf.get(wanted.cluster) ?? (wanted.cluster === undefined ? undefined : memberOf(wanted.cluster)?.[0]); // the id of an article will do, too
  document.body.classList.toggle("listing", wanted.view === "clusters");
  document.body.classList.toggle("open", wanted.view === "clusters" && wanted.cluster !== undefined);
  shownBefore = wanted.view;
  let focus = null;
  if (wanted.view === "footers") focus = showFooters(wanted.footer ?? null);
  else if (wanted.view === "clusters") {
    if (c === undefined) {
      showNothing();
      if (wanted.cluster !== undefined) detail.replaceChildren(h("a", { class: "back", href: "#clusters" }, "‹ All clusters"), h("p", { class: "empty" }, "This report has no cluster ", quoted(wanted.cluster), "."));
      markOpen(-1);
      if (again) list.focus({ preventScroll: true });
    } else {
      const heading = await showCluster(c, wanted.member);
      if (asked(location.hash).cluster !== wanted.cluster) return; // somebody went on meanwhile
      markOpen(c);
      focus = heading;
    }
  } else document.body.classList.remove("comparing");
  if (wanted.view !== "clusters" || matchMedia("(max-width: 959px)").matches || wanted.member) scrollTo(0, 0);
  if (again) focus?.focus({ preventScroll: wanted.view === "clusters" });
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || byId("clusters").hidden || !document.body.classList.contains("open")) return;
  const { cluster, member } = asked(location.hash);
  location.hash = member !== null && clusterOf.has(cluster) ? addressOf(clusterOf.get(cluster)) : "#clusters";
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-state]");
  if (!link) return;
  document.querySelector(".filters").reset();
  inputs.state.value = link.dataset.state;
  refresh();
});
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId("main").focus();
});
addEventListener("hashchange", follow);
document.documentElement.classList.add("scripted");
startList();
follow();
