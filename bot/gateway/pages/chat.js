"use strict";

const $ = (id) => document.getElementById(id);
const words = Object.fromEntries(
  [...$("words").querySelectorAll("dt")].map((dt) => [dt.textContent, dt.nextElementSibling.textContent]),
);
const KEPT = "saphena";
let current = null; // {id, token, clinic} of the open conversation
let streaming = null;
let lastId = 0;

async function call(method, path, body) {
  const headers = {};
  if (current) headers.Authorization = `Bearer ${current.token}`;
  if (body) headers["Content-Type"] = "application/json";
  const response = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  const answer = response.status === 204 ? null : await response.json();
  return { ok: response.ok, status: response.status, answer };
}

function say(text) {
  $("status").textContent = text;
}

function add(node) {
  $("log").append(node);
  $("log").scrollTop = $("log").scrollHeight;
}

function fromTemplate(id) {
  return $(id).content.firstElementChild.cloneNode(true);
}

function showSaid(text) {
  const item = fromTemplate("said");
  item.querySelector(".text").textContent = text;
  add(item);
}

function verdictWords(verdict) {
  const until = verdict.until
    ? `, ${words.until} ${new Date(`${verdict.until}T12:00`).toLocaleDateString("en-US", { weekday: "long", month: "long", day: "numeric" })}`
    : "";
  return `${words[verdict.state]}${until}${verdict.disputed ? `; ${words.disputed}` : ""}`;
}

function showReply(reply) {
  const item = fromTemplate("reply");
  item.classList.add(reply.from, reply.urgency);
  item.querySelector(".author").textContent = words[reply.from];
  item.querySelector(".text").textContent = reply.text;
  if (reply.verdict) reveal(item, ".verdict").textContent = verdictWords(reply.verdict);
  if (reply.sources.length) {
    const named = new Set(reply.sources.map((source) => `${source.document}, ${source.section}`));
    reveal(item, ".sources").textContent = `${words.sources} ${[...named].join("; ")}`;
  }
  if (reply.buttons.length) {
    reveal(item, ".buttons").append(...reply.buttons.map(suggestion));
  }
  lastId = Math.max(lastId, reply.id);
  add(item);
}

function reveal(item, selector) {
  const part = item.querySelector(selector);
  part.hidden = false;
  return part;
}

function suggestion(button) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = button.title;
  element.addEventListener("click", () => send({ button: button.id }, button.title));
  return element;
}

async function send(body, shown) {
  showSaid(shown);
  say(words.typing);
  try {
    const { answer } = await call("POST", `/api/conversations/${current.id}/messages`, {
      ...body,
      client_id: crypto.randomUUID?.() ?? String(Math.random()).slice(2),
    });
    (answer.replies ?? []).forEach(showReply);
    say(answer.error && !answer.replies ? answer.error.message : "");
  } catch {
    say(words.offline);
  }
}

async function listen(conversation) {
  streaming = new AbortController();
  const { signal } = streaming;
  while (!signal.aborted) {
    try {
      const response = await fetch(`/api/conversations/${conversation.id}/events`, {
        headers: { Authorization: `Bearer ${conversation.token}`, "Last-Event-ID": String(lastId) },
        signal,
      });
      if (response.status === 401 || response.status === 404) return;
      if (response.ok) await readEvents(response.body.pipeThrough(new TextDecoderStream()).getReader());
    } catch {
      if (signal.aborted) return;
    }
    await new Promise((done) => setTimeout(done, 3000));
  }
}

async function readEvents(reader) {
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split(/\r?\n\r?\n/);
    rest = blocks.pop();
    blocks.forEach(showEvent);
  }
}

function showEvent(block) {
  const fields = Object.fromEntries(block.split(/\r?\n/).map((line) => line.split(/: ?(.*)/s)));
  if (fields.event === "reply") showReply(JSON.parse(fields.data));
  if (fields.event === "typing") say(JSON.parse(fields.data).typing ? words.typing : "");
}

async function begin(clinic) {
  const { ok, answer } = await call("POST", "/api/conversations", { clinic: clinic.id });
  if (!ok) {
    say(answer.error.message);
    return;
  }
  open({ id: answer.id, token: answer.token, clinic });
  answer.replies.forEach(showReply);
  listen(current);
}

function open(conversation) {
  current = conversation;
  sessionStorage.setItem(KEPT, JSON.stringify(conversation));
  $("log").replaceChildren();
  lastId = 0;
  $("clinic-name").textContent = conversation.clinic.name;
  $("emergency").textContent = conversation.clinic.emergency_number;
  $("phone").hidden = !conversation.clinic.phone;
  $("phone").textContent = conversation.clinic.phone ?? "";
  $("phone").href = `tel:${(conversation.clinic.phone ?? "").replace(/[^+\d]/g, "")}`;
  $("choose").hidden = true;
  $("chat").hidden = false;
  $("text").focus();
}

function leave() {
  streaming?.abort();
  sessionStorage.removeItem(KEPT);
  current = null;
  say("");
  $("chat").hidden = true;
  choose();
}

async function choose() {
  const { answer } = await call("GET", "/api/clinics");
  $("no-clinics").hidden = answer.length > 0;
  $("clinics").replaceChildren(
    ...answer.map((clinic) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      const treatments = document.createElement("small");
      button.type = "button";
      button.textContent = clinic.name;
      treatments.textContent = clinic.treatments.join(", ");
      button.append(treatments);
      button.addEventListener("click", () => begin(clinic));
      item.append(button);
      return item;
    }),
  );
  $("choose").hidden = false;
}

async function resume() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  if (!kept) return choose();
  open(kept);
  const { ok, answer } = await call("GET", `/api/conversations/${kept.id}/messages`);
  if (!ok) return leave();
  answer.messages.forEach((message) =>
    message.from === "patient" ? showSaid(message.text) : showReply(message),
  );
  listen(current);
}

async function download() {
  const { ok, answer } = await call("GET", `/api/conversations/${current.id}/export`);
  if (!ok) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(answer, null, 2)], { type: "application/json" }));
  link.download = "conversation.json";
  link.click();
  URL.revokeObjectURL(link.href);
}

$("compose").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  if (!text) return;
  $("text").value = "";
  send({ text }, text);
});
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $("compose").requestSubmit();
  }
});
$("export").addEventListener("click", download);
$("delete").addEventListener("click", () => $("confirm").showModal());
$("confirm").addEventListener("close", async () => {
  if ($("confirm").returnValue !== "delete") return;
  const { ok } = await call("DELETE", `/api/conversations/${current.id}`);
  if (ok) leave();
});
$("leave").addEventListener("click", leave);

resume().catch(() => say(words.offline));
