"use strict";

const form = document.getElementById("choices");
const snippet = document.getElementById("snippet");
const preview = document.getElementById("preview");

const escaped = (text) =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

function chosen() {
  return [...new FormData(form)].filter(([, value]) => value.trim());
}

function show() {
  const data = chosen().map(([name, value]) => `data-${name}="${escaped(value.trim())}"`);
  snippet.textContent = `<script src="${location.origin}/widget.js" ${data.join(" ")} async></script>`;
  for (const chat of preview.children) {
    for (const name of new Set([...form.elements].map((field) => field.name))) {
      const value = form.elements[name].value.trim();
      if (value) chat.setAttribute(name, value);
      else chat.removeAttribute(name);
    }
  }
}

function place(inline) {
  const chat = document.createElement("saphena-chat");
  chat.setAttribute("clinic", form.elements.clinic.value);
  if (inline) chat.setAttribute("inline", "");
  preview.append(chat);
}

document.getElementById("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(snippet.textContent);
    document.getElementById("copied").textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(snippet);
    document.getElementById("copied").textContent = "Selected; press Ctrl+C";
  }
});

form.addEventListener("input", show);
form.addEventListener("submit", (event) => event.preventDefault());
place(true);
place(false);
show();
