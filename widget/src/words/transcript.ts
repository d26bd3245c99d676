/** A conversation as plain text, for a file or for paper. */

import type { Message } from "../api/types";
import { dateWords, timeWords } from "./dates";
import type { Texts } from "./texts";
import { verdictWords } from "./verdict";

export interface Line {
  who: string;
  when: string;
  text: string;
}

export function transcriptLines(messages: readonly Message[], texts: Texts, now: Date): Line[] {
  return messages.map((message) => ({
    who: texts.say(message.from === "patient" ? "you" : message.from),
    when: `${dateWords(message.at, texts.locale)}, ${timeWords(message.at, texts.locale)}`,
    text: [...headings(message, texts, now), message.text, ...sources(message, texts)].join("\n"),
  }));
}

export function transcriptText(
  messages: readonly Message[],
  clinic: string,
  texts: Texts,
  now: Date,
): string {
  const head = [texts.say("transcript_title", { clinic }), texts.say("transcript_note")].join("\n");
  const lines = transcriptLines(messages, texts, now).map(
    ({ who, when, text }) => `${who} (${when})\n${text}`,
  );
  return `${[head, ...lines].join("\n\n")}\n`;
}

function headings(message: Message, texts: Texts, now: Date): string[] {
  if (message.from === "patient" || !message.verdict) return [];
  const { text, notes } = verdictWords(message.verdict, texts, now);
  return [[text, ...notes].join("; ")];
}

function sources(message: Message, texts: Texts): string[] {
  if (message.from === "patient") return [];
  return sourceWords(message.sources, texts).map((one) => `[${one}]`);
}

export function sourceWords(
  sources: readonly { document: string; section: string }[],
  texts: Texts,
): string[] {
  return [...new Set(sources.map((source) => texts.say("source", { ...source })))];
}
