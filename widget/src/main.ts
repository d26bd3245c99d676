/** The script that a clinic's page loads: defines the element, and places one for its own tag. */

import { cameFrom, SaphenaChat } from "./element";
import { ATTRIBUTES } from "./embed";

const TAG = "saphena-chat";

declare global {
  interface Window {
    Saphena?: Api;
  }
}

/** What a page may call; `clinic` chooses among several widgets, the first is the default. */
interface Api {
  open(clinic?: string): void;
  close(clinic?: string): void;
  ask(text: string, clinic?: string): void;
}

function start(script: HTMLScriptElement | null): void {
  if (!customElements.get(TAG)) {
    cameFrom(script?.src ?? null);
    customElements.define(TAG, SaphenaChat);
    window.Saphena = {
      open: (clinic) => widget(clinic)?.open(),
      close: (clinic) => widget(clinic)?.close(),
      ask: (text, clinic) => widget(clinic)?.ask(text),
    };
  }
  if (script?.dataset.clinic) whenBodyIsThere(() => place(script));
  else document.dispatchEvent(new CustomEvent("saphena:ready"));
}

/** Put an element at the end of the page, with the data attributes of the script tag. */
function place(script: HTMLScriptElement): void {
  const element = document.createElement(TAG);
  for (const name of ATTRIBUTES) {
    const value = script.dataset[name];
    if (value !== undefined) element.setAttribute(name, value);
  }
  if (!element.hasAttribute("server") && script.src) {
    element.setAttribute("server", new URL(script.src).origin);
  }
  document.body.append(element);
  document.dispatchEvent(new CustomEvent("saphena:ready", { detail: { clinic: script.dataset.clinic } }));
}

function widget(clinic?: string): SaphenaChat | null {
  const all = [...document.querySelectorAll<SaphenaChat>(TAG)];
  return all.find((one) => !clinic || one.getAttribute("clinic") === clinic) ?? null;
}

function whenBodyIsThere(act: () => void): void {
  if (document.body) act();
  else document.addEventListener("DOMContentLoaded", act, { once: true });
}

function ownTag(): HTMLScriptElement | null {
  const current = document.currentScript;
  if (current instanceof HTMLScriptElement) return current;
  return document.querySelector<HTMLScriptElement>("script[data-clinic][src*='widget.js']");
}

try {
  start(ownTag());
} catch (error) {
  // Whatever goes wrong here is not the page's problem.
  console.error("saphena-chat could not start", error);
}
