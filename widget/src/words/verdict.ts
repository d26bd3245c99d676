/** A verdict in words, with a tone that colour and shape may follow; the words stand alone. */

import type { State, Verdict } from "../api/types";
import { dayWords } from "./dates";
import type { Texts } from "./texts";

export type Tone = "wait" | "care" | "good" | "go_on" | "plain";

const TONES: Record<State, Tone> = {
  avoid: "wait",
  caution: "care",
  ok: "good",
  may_stop: "good",
  keep: "go_on",
  no_rule: "plain",
  ask: "plain",
};

export interface VerdictWords {
  tone: Tone;
  /** "Not yet, until Friday, Nov 27" */
  text: string;
  /** "day and night", "Please confirm with the clinic" */
  notes: string[];
}

export function verdictWords(verdict: Verdict, texts: Texts, now: Date): VerdictWords {
  const { state, until, phase } = verdict;
  const text = until
    ? texts.say(`verdict_${state}_until`, { day: dayWords(until, texts.locale, now) })
    : texts.say(`verdict_${state}`);
  const notes = phase ? [texts.find(`phase_${phase}`) ?? phase] : [];
  if (verdict.disputed) notes.push(texts.say("disputed"));
  return { tone: TONES[state] ?? "plain", text, notes };
}
