/** The widget's own words, from texts/<language>.json. */

import english from "../../texts/en.json";

export type Key = keyof typeof english;
type Phrases = Record<Key, string>;

// A language is added by adding its file.
const files = import.meta.glob<Phrases>("../../texts/*.json", { eager: true, import: "default" });
const languages = new Map(
  Object.entries(files).map(([path, phrases]) => [/(\w+)\.json$/.exec(path)![1]!, phrases]),
);
const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur", "yi", "ps", "ckb", "dv"]);

export class Texts {
  private constructor(
    readonly language: string,
    private readonly phrases: Phrases,
  ) {}

  /** The words in the first of the `wanted` languages (such as "es-MX") that there is. */
  static in(...wanted: (string | null | undefined)[]): Texts {
    for (const tag of wanted) {
      const language = tag?.toLowerCase().split("-")[0] ?? "";
      const phrases = languages.get(language);
      if (phrases) return new Texts(language, phrases);
    }
    return new Texts("en", english);
  }

  /** Dates and times are written as in this locale. */
  get locale(): string {
    return this.language === "en" ? "en-US" : this.language;
  }

  say(key: Key, values: Record<string, string | number> = {}): string {
    return this.phrases[key].replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
  }

  /** The phrase if there is one, for keys that are put together from data. */
  find(key: string): string | null {
    return this.phrases[key as Key] ?? null;
  }

  count(key: "unread", count: number): string {
    const form = new Intl.PluralRules(this.locale).select(count) === "one" ? "one" : "other";
    return this.say(`${key}_${form}`, { count });
  }
}

export function directionOf(language: string): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.has(language.toLowerCase().split("-")[0] ?? "") ? "rtl" : "ltr";
}

export const LANGUAGES: ReadonlyMap<string, Phrases> = languages;
