"use strict";

// Keeps an open page of the console up to date. Everything else works without this file.
// The server says when something changed; the page is fetched anew and its parts are put in.

const source = document.body.dataset.events;
let fetching = false;
let again = false;

async function refresh() {
  if (fetching) {
    again = true;
    return;
  }
  fetching = true;
  try {
    const response = await fetch(location.pathname + location.search, { headers: { "X-Live": "1" } });
    if (response.redirected || !response.ok) {
      location.reload();
      return;
    }
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    document.title = page.title;
    for (const part of document.querySelectorAll("[data-live]")) {
      const newer = page.getElementById(part.id);
      if (newer) takeOver(part, newer);
    }
    for (const part of document.querySelectorAll("[data-live-whole]")) {
      const newer = page.getElementById(part.id);
      // Not while it shows the same state: somebody may be typing in it.
      if (newer && newer.dataset.state !== part.dataset.state) keepText(part, newer);
    }
  } catch {
    // No connection; the stream comes back by itself and says so.
  } finally {
    fetching = false;
    if (again) {
      again = false;
      refresh();
    }
  }
}

// Children have ids: those that are gone go, new ones are put in their place, others stay.
function takeOver(part, newer) {
  const log = part.closest("[role=log]");
  const atEnd = log && log.scrollTop + log.clientHeight >= log.scrollHeight - 40;
  const wanted = [...newer.children];
  const ids = new Set(wanted.map((child) => child.id));
  for (const child of [...part.children]) if (!ids.has(child.id)) child.remove();
  wanted.forEach((child, index) => {
    const known = part.querySelector(`:scope > #${CSS.escape(child.id)}`);
    const here = part.children[index] ?? null;
    if (!known) {
      part.insertBefore(document.importNode(child, true), here);
    } else if (isOutdated(known, child)) {
      known.replaceWith(document.importNode(child, true));
    }
  });
  if (atEnd) log.scrollTop = log.scrollHeight;
}

// A form that somebody is filling in is left alone.
function isOutdated(known, newer) {
  return known.textContent !== newer.textContent && !known.contains(document.activeElement);
}

function keepText(part, newer) {
  const typed = part.querySelector("textarea")?.value;
  const fresh = document.importNode(newer, true);
  const box = fresh.querySelector("textarea");
  part.replaceWith(fresh);
  if (box && typed) box.value = typed;
}

const log = document.querySelector("[role=log]");
if (log) log.scrollTop = log.scrollHeight;

// A form goes out once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
// Coming back to a page by the browser's history, its forms can be sent again.
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

if (source) {
  const stream = new EventSource(source);
  stream.addEventListener("changed", refresh);
  stream.addEventListener("ended", () => {
    stream.close();
    location.reload();
  });
  stream.addEventListener("open", () => document.body.classList.add("is-live"));
  stream.addEventListener("error", () => document.body.classList.remove("is-live"));
  addEventListener("pagehide", () => stream.close());
}
