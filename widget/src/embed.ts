/** What the embedding page asks for, by attributes of the script tag or of the element. */

export const ATTRIBUTES = [
  "clinic",
  "server",
  "label",
  "language",
  "position",
  "theme",
  "accent",
  "privacy",
  "inline",
] as const;

export interface Options {
  clinic: string;
  /** Origin of the gateway, without a slash at the end. */
  server: string;
  /** The launcher's label; null for the widget's own words. */
  label: string | null;
  /** Wanted languages, the best first. */
  languages: string[];
  position: "right" | "left";
  theme: "auto" | "light" | "dark";
  /** A CSS colour, or null. */
  accent: string | null;
  /** The clinic's privacy page, or null. */
  privacy: string | null;
  /** Shown in the flow of the page instead of behind a launcher. */
  inline: boolean;
}

export interface Surroundings {
  /** Where widget.js came from. */
  scriptUrl: string | null;
  pageLanguage: string;
  browserLanguages: readonly string[];
}

/** Read the attributes; what is missing or makes no sense falls back, so that a page never breaks. */
export function readOptions(
  attribute: (name: string) => string | null,
  around: Surroundings,
): Options {
  const text = (name: string) => attribute(name)?.trim() || null;
  const language = text("language");
  return {
    clinic: text("clinic") ?? "",
    server: originOf(text("server")) ?? originOf(around.scriptUrl) ?? "",
    label: text("label"),
    languages: [language, around.pageLanguage, ...around.browserLanguages].filter(
      (one): one is string => Boolean(one),
    ),
    position: text("position") === "left" ? "left" : "right",
    theme: oneOf(text("theme"), ["light", "dark"] as const) ?? "auto",
    accent: text("accent"),
    privacy: webAddress(text("privacy")),
    inline: attribute("inline") !== null,
  };
}

/** The address as it may stand in a link: http or https only. */
export function webAddress(address: string | null): string | null {
  try {
    const url = new URL(address ?? "");
    return ["http:", "https:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

function originOf(address: string | null): string | null {
  const url = webAddress(address);
  return url && new URL(url).origin;
}

function oneOf<T extends string>(text: string | null, known: readonly T[]): T | null {
  return known.find((one) => one === text) ?? null;
}
