/** What a conversation is, and how each event changes it. Pure: tabs that get the same events
 * show the same conversation. */

import type { Body, Button, Choice, Clinic, Conversation, Message, Reply, Writer } from "../api/types";

/** A message on its way. `failed`: may be sent again as it is; `refused`: it may not. */
export interface Outgoing {
  clientId: string;
  body: Body;
  /** What the transcript shows of it. */
  shown: string;
  at: string;
  status: "sending" | "waiting" | "failed" | "refused";
  reason?: string;
}

export interface ChatState {
  phase: "idle" | "connecting" | "open" | "unreachable" | "ended" | "deleted";
  clinic: Clinic | null;
  conversation: Conversation | null;
  /** By id, which is the order of the server. */
  messages: Message[];
  outgoing: Outgoing[];
  typing: Writer | null;
  /** The highest id that the patient has seen. */
  seen: number;
  /** The kept conversation was gone, so a new one was begun. */
  renewed: boolean;
}

export type ChatEvent =
  | { type: "idle" }
  | { type: "connecting" }
  | { type: "unreachable" }
  | { type: "clinic"; clinic: Clinic }
  | { type: "opened"; conversation: Conversation; messages: Message[]; seen: number; renewed?: boolean }
  | { type: "queued"; outgoing: Outgoing }
  | { type: "status"; clientId: string; status: Outgoing["status"]; reason?: string }
  | { type: "dropped"; clientId: string }
  | { type: "arrived"; messages: Message[]; clientId?: string }
  | { type: "typing"; writer: Writer; typing: boolean }
  | { type: "seen"; id: number }
  | { type: "ended" }
  | { type: "deleted"; id: string };

export const EMPTY: ChatState = {
  phase: "idle",
  clinic: null,
  conversation: null,
  messages: [],
  outgoing: [],
  typing: null,
  seen: 0,
  renewed: false,
};

export function reduce(state: ChatState, event: ChatEvent): ChatState {
  switch (event.type) {
    case "idle":
      return { ...EMPTY, clinic: state.clinic };
    case "connecting":
      return { ...state, phase: "connecting" };
    case "unreachable":
      return { ...state, phase: state.conversation ? state.phase : "unreachable" };
    case "clinic":
      return { ...state, clinic: event.clinic };
    case "opened":
      return opened(state, event);
    case "queued":
      return { ...state, outgoing: [...without(state.outgoing, event.outgoing.clientId), event.outgoing] };
    case "status":
      return {
        ...state,
        outgoing: state.outgoing.map((one) =>
          one.clientId === event.clientId ? changed(one, event.status, event.reason) : one,
        ),
      };
    case "dropped":
      return { ...state, outgoing: without(state.outgoing, event.clientId) };
    case "arrived":
      return {
        ...state,
        messages: merged(state.messages, event.messages),
        outgoing: event.clientId ? without(state.outgoing, event.clientId) : state.outgoing,
        typing: null,
      };
    case "typing":
      return { ...state, typing: event.typing ? event.writer : null };
    case "seen":
      return { ...state, seen: Math.max(state.seen, event.id) };
    case "ended":
      return {
        ...state,
        phase: "ended",
        conversation: null,
        outgoing: state.outgoing.map(asText),
        typing: null,
      };
    case "deleted":
      // Another tab may tell it late, when a new conversation has begun.
      if (state.conversation && state.conversation.id !== event.id) return state;
      return { ...EMPTY, clinic: state.clinic, phase: "deleted" };
  }
}

function opened(state: ChatState, event: Extract<ChatEvent, { type: "opened" }>): ChatState {
  const same = state.conversation?.id === event.conversation.id;
  const messages = merged(same ? state.messages : [], event.messages);
  const arrived = new Set(messages.map((message) => "client_id" in message && message.client_id));
  return {
    ...state,
    phase: "open",
    conversation: event.conversation,
    messages,
    outgoing: state.outgoing.filter((one) => !arrived.has(one.clientId)),
    typing: null,
    seen: Math.max(same ? state.seen : 0, event.seen),
    renewed: event.renewed ?? false,
  };
}

function changed(one: Outgoing, status: Outgoing["status"], reason?: string): Outgoing {
  const { reason: _old, ...rest } = one;
  return reason === undefined ? { ...rest, status } : { ...rest, status, reason };
}

/** A button belongs to the conversation it was offered in; in another, its words can be said. */
export function asText(outgoing: Outgoing): Outgoing {
  return { ...outgoing, body: { text: outgoing.shown } };
}

function without(outgoing: Outgoing[], clientId: string): Outgoing[] {
  return outgoing.filter((one) => one.clientId !== clientId);
}

/** Return both lists as one, in the server's order; a message of the same id is replaced. */
function merged(known: Message[], arriving: Message[]): Message[] {
  const byId = new Map(known.map((message) => [message.id, message]));
  for (const message of arriving) byId.set(message.id, message);
  return [...byId.values()].sort((one, other) => one.id - other.id);
}

export function lastId(state: ChatState): number {
  return state.messages.at(-1)?.id ?? 0;
}

export function unread(state: ChatState): number {
  return state.messages.filter((message) => message.from !== "patient" && message.id > state.seen).length;
}

/** Messages on their way that are not in the transcript yet. */
export function pending(state: ChatState): Outgoing[] {
  const recorded = new Set(state.messages.map((one) => one.from === "patient" && one.client_id));
  return state.outgoing.filter((one) => !recorded.has(one.clientId));
}

/** Who speaks for the clinic now: staff, until the assistant or a notice follows. */
export function writer(state: ChatState): Writer {
  const last = state.messages.findLast((one) => one.from !== "patient");
  return last?.from === "staff" ? "staff" : "assistant";
}

export interface Offer {
  buttons: Button[];
  choices: Choice[];
  date: boolean;
}

const NOTHING: Offer = { buttons: [], choices: [], date: false };

/** What may be pressed now: what the replies since the patient's last message offer. */
export function offered(state: ChatState): Offer {
  const waits = pending(state).some((one) => one.status !== "refused");
  if (waits || !state.conversation) return NOTHING;
  const from = state.messages.findLastIndex((one) => one.from === "patient") + 1;
  const replies = state.messages.slice(from) as Reply[];
  const titles = new Set<string>();
  return {
    buttons: replies
      .flatMap((reply) => reply.buttons)
      .filter((button) => !titles.has(button.title) && titles.add(button.title)),
    choices: replies.findLast((reply) => reply.choices?.length)?.choices ?? [],
    date: replies.at(-1)?.input === "date",
  };
}
