/** Turns a clinic's accent, by attribute or by --saphena-accent, into a readable set of colours. */

import { css, inkOn, parseColour, readable, type Rgb } from "./contrast";

const LIGHT_PAPER: Rgb = [255, 255, 255];
const DARK_PAPER: Rgb = [27, 34, 38];
const TEXT = 4.5;

/** Set the colours on `root`. Through the CSSOM, which a page's Content-Security-Policy allows. */
export function applyAccent(root: HTMLElement, accent: string | null): void {
  const wanted = accent ?? getComputedStyle(root).getPropertyValue("--saphena-accent").trim();
  const colour = wanted && resolve(root, wanted);
  const names = ["--accent", "--on-accent", "--accent-text", "--accent-text-dark"];
  if (!colour) return names.forEach((name) => root.style.removeProperty(name));
  root.style.setProperty("--accent", css(colour));
  root.style.setProperty("--on-accent", css(inkOn(colour)));
  root.style.setProperty("--accent-text", css(readable(colour, LIGHT_PAPER, TEXT)));
  root.style.setProperty("--accent-text-dark", css(readable(colour, DARK_PAPER, TEXT)));
}

/** Let the browser read any form of colour that CSS knows. */
function resolve(root: HTMLElement, text: string): Rgb | null {
  if (!CSS.supports("color", text)) return null;
  const probe = document.createElement("span");
  probe.style.color = text;
  root.append(probe);
  const colour = parseColour(getComputedStyle(probe).color);
  probe.remove();
  return colour;
}
