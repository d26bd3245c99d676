/** Speaks HTTP with the gateway. Whatever happens comes back as a value; nothing is thrown. */

import type { Body, Clinic, Conversation, Message, OutOfTurn, Reply, Said } from "./types";

/** A message takes its turn behind others, and the assistant has ten seconds for each. */
const PATIENCE_MS = 45_000;

export type Delivery =
  /** `ended`: the patient had the conversation deleted, and now it is. */
  | { kind: "answered"; said: Said | null; replies: Reply[]; ended: boolean }
  | { kind: "refused"; reason: string }
  | { kind: "later"; seconds: number }
  | { kind: "trouble" }
  | { kind: "gone" };

export type Begun = { kind: "begun"; conversation: Conversation; replies: Reply[] } | Failure;
export type Found = { kind: "found"; messages: Message[] } | Failure;
export type Failure =
  | { kind: "refused"; reason: string }
  | { kind: "later"; seconds: number }
  | { kind: "trouble" }
  | { kind: "gone" };

interface Answer {
  status: number;
  retryAfter: number;
  // The gateway is ours; its answers have the form of its OpenAPI description.
  body: any; // eslint-disable-line
}

// Reminders come by the patient's own clock. A browser that does not tell its zone gets the clinic's.
function ownTimeZone(): string | null {
  try {
    return Intl.DateTimeFormat().resolvedOptions().timeZone ?? null;
  } catch {
    return null;
  }
}

export class Client {
  constructor(readonly server: string) {}

  async clinic(id: string): Promise<Clinic | null> {
    const answer = await this.call("GET", `/api/clinics/${encodeURIComponent(id)}`);
    return answer?.status === 200 ? answer.body : null;
  }

  async begin(clinic: string): Promise<Begun> {
    const begin = { clinic, time_zone: ownTimeZone() };
    const answer = await this.call("POST", "/api/conversations", undefined, begin);
    if (answer?.status !== 201) return failure(answer);
    const { id, token, replies } = answer.body;
    return { kind: "begun", conversation: { id, token }, replies };
  }

  async transcript(conversation: Conversation): Promise<Found> {
    const answer = await this.call("GET", `${path(conversation)}/messages`, conversation);
    return answer?.status === 200
      ? { kind: "found", messages: answer.body.messages }
      : failure(answer);
  }

  /** `lastId`: the number of the last message that the page shows. */
  async deliver(
    conversation: Conversation,
    clientId: string,
    body: Body | OutOfTurn,
    lastId: number,
  ): Promise<Delivery> {
    const message = { ...body, client_id: clientId };
    const route = `${path(conversation)}/messages`;
    const answer = await this.call("POST", route, conversation, message, shown(lastId));
    // 503 with replies: the assistant is down, but the message is recorded and answered for.
    const recorded = answer?.status === 200 || (answer?.status === 503 && answer.body?.replies);
    if (!answer || !recorded) return failure(answer, clientIsKnown);
    const { said, replies, ended = false } = answer.body;
    return { kind: "answered", said, replies, ended };
  }

  async everything(conversation: Conversation): Promise<unknown> {
    const answer = await this.call("GET", `${path(conversation)}/export`, conversation);
    return answer?.status === 200 ? answer.body : null;
  }

  async remove(conversation: Conversation): Promise<boolean> {
    const answer = await this.call("DELETE", path(conversation), conversation);
    return answer?.status === 204 || answer?.status === 404;
  }

  /** Open the stream of events; null when there is no connection. */
  async events(
    conversation: Conversation,
    lastId: number,
    signal: AbortSignal,
  ): Promise<Response | null> {
    try {
      return await fetch(`${this.server}${path(conversation)}/events`, {
        headers: { ...authorization(conversation), ...shown(lastId) },
        credentials: "omit",
        cache: "no-store",
        signal,
      });
    } catch {
      return null;
    }
  }

  private async call(
    method: string,
    route: string,
    conversation?: Conversation,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer | null> {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
    try {
      const response = await fetch(this.server + route, {
        method,
        headers: {
          ...(conversation && authorization(conversation)),
          ...(body !== undefined && { "Content-Type": "application/json" }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        credentials: "omit",
        cache: "no-store",
        signal: patience.signal,
      });
      const text = response.status === 204 ? "" : await response.text();
      return {
        status: response.status,
        retryAfter: Number(response.headers.get("Retry-After")) || 5,
        body: text ? JSON.parse(text) : null,
      };
    } catch {
      return null; // no connection, a broken one, or an answer that is none of ours
    } finally {
      clearTimeout(timer);
    }
  }
}

const clientIsKnown = (code: string): boolean => code === "unknown_button";

function failure(answer: Answer | null, known: (code: string) => boolean = () => false): Failure {
  const { status = 0, retryAfter = 5, body = null } = answer ?? {};
  const code: string = body?.error?.code ?? "";
  if (status === 429) return { kind: "later", seconds: retryAfter };
  if (status === 401 || (status === 404 && !known(code))) return { kind: "gone" };
  if (status >= 400 && status < 500) return { kind: "refused", reason: body?.error?.message ?? "" };
  return { kind: "trouble" };
}

function path(conversation: Conversation): string {
  return `/api/conversations/${encodeURIComponent(conversation.id)}`;
}

function authorization(conversation: Conversation): Record<string, string> {
  return { Authorization: `Bearer ${conversation.token}` };
}

function shown(lastId: number): Record<string, string> {
  return { "Last-Event-ID": String(lastId) };
}
