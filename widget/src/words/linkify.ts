/** Finds what can be tapped in a plain text. The text itself never becomes markup. */

export interface Part {
  text: string;
  /** Where it leads; null for plain text. */
  href: string | null;
}

const URL_ = String.raw`\bhttps?:\/\/[^\s<>"']+|\bwww\.[^\s<>"']+\.[^\s<>"']+`;
const MAIL = String.raw`[\w.+-]+@[\w-]+(?:\.[\w-]+)+`;
// 415 555 0132, (415) 555-0132, 415.555.0132, with or without +1; and + with 8 to 15 digits.
const NORTH_AMERICA = String.raw`(?:\+?1[-. ]?)?(?:\(\d{3}\) ?|\b\d{3}[-. ])\d{3}[-. ]\d{4}\b`;
const INTERNATIONAL = String.raw`\+\d(?:[-. ()]{0,2}\d){7,14}\b`;
const MOST_SHOWN = 40;
const TRAILING = /[.,;:!?)\]}»”’]+$/;

/**
 * Split a text into plain parts and links. `numbers` are those that are known to be phones
 * whatever their form, such as 911 and the clinic's own.
 */
export function linkify(text: string, numbers: readonly string[]): Part[] {
  const known = numbers.map((number) => String.raw`(?<![\w$.,-])${escaped(number)}(?![\w-]|[.,]\d)`);
  const pattern = new RegExp(
    [URL_, MAIL, NORTH_AMERICA, INTERNATIONAL, ...known].map((one) => `(?:${one})`).join("|"),
    "g",
  );
  const parts: Part[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const found = isAddress(match[0]) ? match[0].replace(TRAILING, "") : match[0];
    if (match.index > end) parts.push({ text: text.slice(end, match.index), href: null });
    parts.push({ text: found, href: hrefOf(found) });
    end = match.index + found.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), href: null });
  return parts;
}

/** The phone numbers of a text in their order, each once: for the call buttons of a red flag. */
export function phonesIn(text: string, numbers: readonly string[]): string[] {
  const phones = linkify(text, numbers).filter(({ href }) => href?.startsWith("tel:"));
  return [...new Set(phones.map((part) => part.text))];
}

/** An address as it is shown: without its scheme, its end cut off where it is long. */
export function shownAddress(address: string): string {
  const plain = address.replace(/^https?:\/\//i, "");
  return plain.length > MOST_SHOWN ? `${plain.slice(0, MOST_SHOWN)}…` : plain;
}

export function telephone(number: string): string {
  return `tel:${number.replace(/[^+\d]/g, "")}`;
}

function hrefOf(found: string): string {
  if (/^https?:/i.test(found)) return found;
  if (/^www\./i.test(found)) return `https://${found}`;
  return found.includes("@") ? `mailto:${found}` : telephone(found);
}

function isAddress(found: string): boolean {
  return /^(https?:|www\.)/i.test(found);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
