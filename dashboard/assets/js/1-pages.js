// Pages: turns to another page or filter without a reload, and says so to who cannot see it.
(() => {
  "use strict";
  const first = document.getElementById("first-view");
  const entry = document.getElementById("react-entry-point");
  const announcer = document.getElementById("announcer");
  const focusable = "a[href], button, select, summary, [tabindex]";
  let shown = null, held = -1;

  const turn = (href) => {
    history.pushState({}, "", href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  };

  const says = (text) => {
    announcer.textContent = "";
    setTimeout(() => { announcer.textContent = text; }, 100);
  };

  // The first view came as HTML. When the same view is drawn by Dash it takes its place, with all that the reader did.
  const takeOver = () => {
    const all = (part, what) => [...part.querySelectorAll(what)];
    const place = all(first, focusable).indexOf(document.activeElement);
    all(first, "details").forEach((made, n) => { all(entry, "details")[n].open = made.open; });
    all(first, "select").forEach((made, n) => { all(entry, "select")[n].value = made.value; });
    const { scrollX, scrollY } = window;
    entry.classList.remove("waiting");
    first.remove();
    window.scrollTo(scrollX, scrollY);
    if (place >= 0) all(entry, focusable)[place]?.focus({ preventScroll: true });
    document.documentElement.dataset.drawn = "true";
  };

  const look = () => {
    const frame = entry.querySelector(".frame");
    if (!frame || frame.dataset.address === shown?.address) return;
    const before = shown;
    shown = { ...frame.dataset };
    document.title = shown.title;
    document.documentElement.lang = frame.lang;
    if (!before) takeOver();
    else if (before.path === shown.path) {
      frame.querySelector("form")?.elements[held]?.focus({ preventScroll: true });
      says(frame.querySelector(".lead")?.textContent ?? shown.title);
    } else {
      frame.querySelector("h1").focus({ preventScroll: true });
      says(shown.title);
    }
  };

  new MutationObserver(look).observe(entry, {
    attributeFilter: ["data-address"], childList: true, subtree: true,
  });

  const ours = (url) =>
    shown && url.origin === location.origin && !/\.\w+$/.test(url.pathname) &&
    (url.searchParams.get("lang") ?? "nl") === document.documentElement.lang;

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const url = new URL(link.href);
    if (!ours(url) || url.hash || link.target) return;
    event.preventDefault();
    turn(url.href);
    window.scrollTo(0, 0);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const url = new URL(form.action);
    url.search = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
    if (form.method !== "get" || !ours(url)) return;
    event.preventDefault();
    held = [...form.elements].indexOf(document.activeElement);
    turn(url.href);
  });
})();
