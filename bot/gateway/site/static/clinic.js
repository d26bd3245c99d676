"use strict";

// The page's own buttons speak to the widget; links with #chat open it.
const whenReady = new Promise((done) => {
  if (window.Saphena) done();
  else document.addEventListener("saphena:ready", done, { once: true });
});

for (const button of document.querySelectorAll("[data-open], [data-ask]")) {
  button.addEventListener("click", async () => {
    await whenReady;
    if (button.dataset.ask) window.Saphena.ask(button.dataset.ask);
    else window.Saphena.open();
  });
}

if (location.hash === "#chat") whenReady.then(() => window.Saphena.open());
