import { describe, expect, test } from "vitest";
import type { State, Verdict } from "../src/api/types";
import { clockWords, dateWords, dayWords, openingWords, timeWords, weekdayWords } from "../src/words/dates";
import { linkify, phonesIn, shownAddress, telephone } from "../src/words/linkify";
import { directionOf, LANGUAGES, Texts } from "../src/words/texts";
import { transcriptText } from "../src/words/transcript";
import { verdictWords } from "../src/words/verdict";
import { reply, said } from "./samples";

const NOW = new Date("2026-11-24T20:00:00Z");
const STATES: State[] = ["avoid", "caution", "ok", "keep", "may_stop", "no_rule", "ask"];
const english = Texts.in("en");
const NUMBERS = ["911", "988", "360-555-0142"];
/** Intl writes a narrow space before AM and PM. */
const plain = (text: string) => text.replace(/\u202f/g, " ");

describe("links", () => {
  test.each([
    ["See https://a.example/b?c=d.", { "https://a.example/b?c=d": "https://a.example/b?c=d" }],
    ["(www.a.example)", { "www.a.example": "https://www.a.example" }],
    ["Write to desk@clinic.example, please", { "desk@clinic.example": "mailto:desk@clinic.example" }],
    ["Call 360-555-0142.", { "360-555-0142": "tel:3605550142" }],
    ["(415) 555-0132 or +1 415 555 0132", { "(415) 555-0132": "tel:4155550132", "+1 415 555 0132": "tel:+14155550132" }],
    ["+44 20 7946 0958 is the number", { "+44 20 7946 0958": "tel:+442079460958" }],
    ["Call 911 now. Or 988.", { "911": "tel:911", "988": "tel:988" }],
  ])("%s", (text, expected) => {
    const links = linkify(text, NUMBERS).filter(({ href }) => href !== null);
    expect(Object.fromEntries(links.map((part) => [part.text, part.href]))).toEqual(expected);
  });

  test.each([
    "It costs $911, or 1,911 with tax, 911.50 in all",
    "Wait 48-72 hours, until 2026-11-25, at 5:30",
    "javascript:alert(1) data:text/html,x",
    "<a href=x onclick=alert(1)>x</a> <img src=x onerror=alert(1)>",
    "room 9110, unit 12911",
  ])("nothing in: %s", (text) => {
    expect(linkify(text, NUMBERS).every(({ href }) => href === null)).toBe(true);
  });

  test("lose not a character", () => {
    const text = "Call 911 or a@b.example, https://x.example/). 🩺 done";
    expect(linkify(text, NUMBERS).map((part) => part.text).join("")).toBe(text);
  });

  test("an address is shown without its scheme, and a long one cut", () => {
    expect(shownAddress("https://clinic.example/help")).toBe("clinic.example/help");
    expect(shownAddress("www.clinic.example")).toBe("www.clinic.example");
    const long = shownAddress(`https://chat.clinic.example/plan/${"a".repeat(90)}`);
    expect(long).toBe(`chat.clinic.example/plan/${"a".repeat(15)}…`);
  });

  test("the numbers to call are those named, in order", () => {
    const text = "Call or text 988 now. In danger call 911, then 988.";
    expect(phonesIn(text, NUMBERS)).toEqual(["988", "911"]);
    expect(telephone("+1 (360) 555-0142")).toBe("tel:+13605550142");
  });
});

describe("verdicts", () => {
  test.each<[State, string | null, string, string]>([
    ["avoid", "2026-11-27", "Not yet, until Friday, Nov 27", "wait"],
    ["avoid", null, "Not yet", "wait"],
    ["caution", "2026-11-27", "Safer to wait until Friday, Nov 27", "care"],
    ["ok", null, "Allowed", "good"],
    ["keep", "2027-01-02", "Keep it up until Saturday, Jan 2, 2027", "go_on"],
    ["may_stop", null, "You may stop", "good"],
    ["no_rule", null, "No rule from this clinic", "plain"],
    ["ask", null, "One more detail is needed", "plain"],
  ])("%s %s", (state, until, text, tone) => {
    const verdict = { activity: "exercise", state, until, disputed: false, phase: null };
    expect(verdictWords(verdict, english, NOW)).toEqual({ text, tone, notes: [] });
  });

  test("say the phase, and that it has to be confirmed", () => {
    const rule = { activity: "compression", state: "keep", until: null };
    const verdict = { ...rule, disputed: true, phase: "day and night" } as Verdict;
    const { notes } = verdictWords(verdict, english, NOW);
    expect(notes).toEqual(["day and night", "Please confirm with the clinic"]);
  });

  test.each(STATES)("%s has its words in every language", (state) => {
    for (const phrases of LANGUAGES.values()) {
      expect(phrases).toHaveProperty(`verdict_${state}`);
      expect(phrases).toHaveProperty(`verdict_${state}_until`);
    }
  });
});

describe("languages", () => {
  test("English and Spanish are there, with the same phrases and placeholders", () => {
    expect([...LANGUAGES.keys()].sort()).toEqual(["en", "es"]);
    const holes = (text: string | undefined) => (text?.match(/\{\w+\}/g) ?? []).sort();
    const [first, second] = ["en", "es"].map((one) => LANGUAGES.get(one) as Record<string, string>);
    expect(Object.keys(second!)).toEqual(Object.keys(first!));
    for (const [key, text] of Object.entries(first!)) {
      expect(holes(second![key]), key).toEqual(holes(text));
      expect(second![key]!.trim(), key).not.toBe("");
    }
  });

  test.each([
    [["es-MX", "en"], "es"],
    [["fr", "es"], "es"],
    [[null, "xx"], "en"],
    [[], "en"],
  ])("of %s the first known one is taken", (wanted, language) => {
    expect(Texts.in(...wanted).language).toBe(language);
  });

  test("counts and values are filled in, and values are not read as phrases", () => {
    expect(english.count("unread", 1)).toBe("1 new message");
    expect(english.count("unread", 2)).toBe("2 new messages");
    expect(Texts.in("es").say("call", { number: "911" })).toBe("Llamar al 911");
    expect(english.say("title", { clinic: "{number}" })).toBe("Chat with {number}");
  });

  test("some are written from right to left", () => {
    expect(["en", "ar", "he-IL"].map(directionOf)).toEqual(["ltr", "rtl", "rtl"]);
  });
});

describe("days and times", () => {
  test("a calendar day is the same in every time zone", () => {
    expect(dayWords("2026-11-27", "en-US", NOW)).toBe("Friday, Nov 27");
    expect(dayWords("2026-11-27", "es", NOW)).toBe("viernes, 27 nov");
    expect(dayWords("soon", "en-US", NOW)).toBe("soon");
  });

  test("a clinic's hours are told by its own clock", () => {
    const at = "2026-11-30T09:00:00-08:00";
    expect(plain(openingWords(at, "en-US", "America/Los_Angeles"))).toMatch(/^Monday.* 9:00 AM$/);
    expect(plain(clockWords("17:30", "en-US"))).toBe("5:30 PM");
    expect([0, 6].map((day) => weekdayWords(day, "en-US"))).toEqual(["Monday", "Sunday"]);
  });

  test("what is no time is shown as nothing", () => {
    expect([timeWords("x", "en-US"), dateWords("", "en-US")]).toEqual(["", ""]);
  });
});

test("a transcript is plain text with names, times, verdicts and sources", () => {
  const rule = { activity: "exercise", state: "avoid", until: "2026-11-27" };
  const verdict = { ...rule, disputed: false, phase: null } as Verdict;
  const source = { document: "FAQ", section: "After" };
  const answer = reply(2, { verdict, sources: [source, source] });
  const text = transcriptText([said(1), answer, reply(3, { from: "staff" })], "Glamour", english, NOW);
  expect(text).toContain("Conversation with Glamour\nWritten by an automated assistant");
  expect(text).toMatch(/You \(Tuesday, Nov 24, .*\)\nmessage 1\n/);
  expect(text).toContain("Not yet, until Friday, Nov 27\nreply 2\n[FAQ: After]\n");
  expect(text).toContain("Clinic staff (");
});
