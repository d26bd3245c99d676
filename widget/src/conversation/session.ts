/** One visitor's conversation with one clinic: begins it, resumes it, and keeps tabs in step. */

import { backoff, Pause } from "../api/backoff";
import type { Begun, Client, Delivery, Failure } from "../api/client";
import { Stream } from "../api/stream";
import type { Body, Conversation, Message, OutOfTurn, Reply } from "../api/types";
import type { Keeper, Kept } from "./kept";
import { Outbox } from "./outbox";
import { asText, EMPTY, lastId, pending, reduce, type ChatEvent, type ChatState, type Outgoing } from "./state";
import type { Tabs } from "./tabs";

const DAY_MS = 86_400_000;
/** A conversation that was not used for so long is not looked up until the chat is opened. */
const WAKE_DAYS = 7;
/** Events of this tab's own connection; the others have theirs. */
const OWN = new Set<ChatEvent["type"]>(["idle", "connecting", "unreachable", "ended"]);

export interface SessionParts {
  client: Client;
  keeper: Keeper;
  tabs(hear: (event: ChatEvent) => void): Tabs<ChatEvent>;
  now(): number;
  newId(): string;
}

export class Session {
  state: ChatState = EMPTY;
  private readonly listeners = new Set<() => void>();
  private readonly tabs: Tabs<ChatEvent>;
  private readonly outbox: Outbox;
  private readonly pause = new Pause();
  private stream: Stream | null = null;
  private streamOver = new AbortController();
  private connecting = false;
  /** The visitor opened the chat on this page; else it is only looked whether there is news. */
  private wanted = false;
  private closed = false;

  constructor(
    private readonly clinicId: string,
    private readonly parts: SessionParts,
  ) {
    this.tabs = parts.tabs((event) => this.hear(event));
    this.outbox = new Outbox({
      deliver: ({ clientId, body }) => this.deliver(clientId, body),
      deliverOutOfTurn: (clientId, text) => this.deliver(clientId, { text, out_of_turn: true }),
      status: (clientId, status, reason) =>
        this.tell({ type: "status", clientId, status, ...(reason !== undefined && { reason }) }),
      answered: ({ clientId }, { said, replies, ended }) => {
        if (ended) this.deleted(this.state.conversation?.id);
        else this.tell({ type: "arrived", clientId, messages: said ? [said, ...replies] : replies });
      },
      gone: () => {
        this.end();
        void this.connect();
      },
    });
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** On page load: look for news of a conversation that the visitor had begun before. */
  wake(): void {
    const kept = this.parts.keeper.read();
    const recent = kept && this.parts.now() - kept.at < WAKE_DAYS * DAY_MS;
    if (recent && (kept.conversation || kept.outgoing.length)) void this.connect();
  }

  /** The visitor opens the chat. */
  open(): void {
    this.wanted = true;
    if (!this.state.conversation) void this.connect();
    this.pause.nudge();
  }

  say(text: string): void {
    this.queue({ text }, text);
  }

  press(button: { id: string; title: string }): void {
    this.queue({ button: button.id }, button.title);
  }

  choose(choices: { id: string; title: string }[]): void {
    this.queue({ choices: choices.map(({ id }) => id) }, choices.map(({ title }) => title).join("; "));
  }

  /** Send again: what failed, or what was recorded while the assistant was down. */
  retry(clientId: string): void {
    const recorded = this.state.messages.find(
      (one) => one.from === "patient" && one.client_id === clientId,
    );
    const waiting = this.state.outgoing.some((one) => one.clientId === clientId);
    if (recorded && !waiting) this.queue({ text: recorded.text }, recorded.text, clientId);
    else this.flush();
  }

  /** Take back a message that was refused; returns its text. */
  takeBack(clientId: string): string {
    const text = this.state.outgoing.find((one) => one.clientId === clientId)?.shown ?? "";
    this.outbox.drop(clientId);
    this.tell({ type: "dropped", clientId });
    return text;
  }

  see(): void {
    if (lastId(this.state) > this.state.seen) this.tell({ type: "seen", id: lastId(this.state) });
  }

  /** Begin another conversation; this one stays with the clinic. */
  async renew(): Promise<boolean> {
    const begun = await this.parts.client.begin(this.clinicId);
    if (begun.kind !== "begun") return false;
    this.outbox.clear();
    for (const { clientId } of this.state.outgoing) this.tell({ type: "dropped", clientId });
    this.enter(begun.conversation, begun.replies, 0);
    return true;
  }

  /** Delete the conversation for good, here and at the clinic. */
  async remove(): Promise<boolean> {
    const { conversation } = this.state;
    if (!conversation || !(await this.parts.client.remove(conversation))) return false;
    this.deleted(conversation.id);
    return true;
  }

  /** Everything that is stored on the conversation, or null. */
  async everything(): Promise<unknown> {
    return this.state.conversation && this.parts.client.everything(this.state.conversation);
  }

  /** The network is back, or the page is shown again. */
  nudge(): void {
    this.pause.nudge();
    this.stream?.nudge();
    if (this.state.conversation) this.flush();
  }

  /** The page was asleep: other tabs may have gone on. */
  async catchUp(): Promise<void> {
    const { conversation, seen } = this.state;
    if (!conversation) return;
    const found = await this.parts.client.transcript(conversation);
    if (found.kind === "found" && this.state.conversation?.id === conversation.id) {
      this.change({ type: "opened", conversation, messages: found.messages, seen });
    }
    this.nudge();
  }

  close(): void {
    this.closed = true;
    this.hangUp();
    this.pause.nudge();
    this.tabs.close();
    this.listeners.clear();
  }

  private async connect(): Promise<void> {
    if (this.connecting) return;
    this.connecting = true;
    this.change({ type: "connecting" });
    void this.introduce();
    let attempt = 0;
    // Two tabs that are opened at once begin one conversation, not two.
    await this.tabs.alone("begin", this.streamOver.signal, async () => {
      while (!this.closed && !this.state.conversation) {
        const failure = await this.resumeOrBegin();
        if (!failure) break;
        if (failure.kind === "refused") console.warn(`saphena-chat: ${failure.reason}`);
        this.change({ type: "unreachable" });
        const seconds = failure.kind === "later" ? failure.seconds : 0;
        await this.pause.wait(seconds * 1000 || backoff(attempt++));
      }
    });
    this.connecting = false;
  }

  private async resumeOrBegin(): Promise<Failure | null> {
    const ended = this.state.messages.length > 0;
    const kept = this.parts.keeper.read();
    if (kept?.conversation) {
      const found = await this.parts.client.transcript(kept.conversation);
      if (found.kind === "found") {
        this.takeOver(kept.outgoing);
        this.enter(kept.conversation, found.messages, kept.seen);
        return null;
      }
      if (found.kind !== "gone") return found;
      if (!this.wanted && !kept.outgoing.length) return this.forget();
    }
    if (kept) this.takeOver(kept.outgoing.map(asText));
    const begun: Begun = await this.parts.client.begin(this.clinicId);
    if (begun.kind !== "begun") return begun;
    const renewed = Boolean(kept?.conversation) || ended;
    this.enter(begun.conversation, begun.replies, 0, renewed);
    return null;
  }

  /** The conversation is gone, and nobody asked for a new one. */
  private forget(): null {
    this.parts.keeper.forget();
    this.change({ type: "idle" });
    return null;
  }

  private takeOver(outgoing: Outgoing[]): void {
    const known = new Set(this.state.outgoing.map(({ clientId }) => clientId));
    const missing = outgoing.filter(({ clientId }) => !known.has(clientId));
    this.state = { ...this.state, outgoing: [...missing, ...this.state.outgoing] };
  }

  private async introduce(): Promise<void> {
    for (let attempt = 0; !this.closed && !this.state.clinic; attempt++) {
      const clinic = await this.parts.client.clinic(this.clinicId);
      if (clinic) return this.tell({ type: "clinic", clinic });
      await new Promise((done) => setTimeout(done, backoff(attempt)));
    }
  }

  private enter(conversation: Conversation, messages: Message[], seen: number, renewed = false): void {
    this.tell({ type: "opened", conversation, messages, seen, renewed });
    this.listen();
    this.flush();
  }

  /** The server does not know the conversation any more; what was said stays in view. */
  private end(): void {
    if (!this.state.conversation) return;
    this.hangUp();
    this.outbox.clear();
    this.parts.keeper.forget();
    this.change({ type: "ended" });
  }

  /** It was deleted on purpose: nothing of it stays, in no tab. */
  private deleted(id: string | undefined): void {
    if (!id || this.state.conversation?.id !== id) return;
    this.leave();
    this.tell({ type: "deleted", id });
  }

  private leave(): void {
    this.hangUp();
    this.outbox.clear();
    this.parts.keeper.forget();
  }

  private hangUp(): void {
    this.streamOver.abort();
    this.streamOver = new AbortController();
    this.stream?.stop();
    this.stream = null;
  }

  private listen(): void {
    const { conversation } = this.state;
    if (!conversation || this.closed) return;
    this.hangUp();
    const stream = new Stream(this.parts.client, conversation, {
      lastId: () => lastId(this.state),
      reply: (reply: Reply) => this.tell({ type: "arrived", messages: [reply] }),
      typing: (writer, typing) => this.tell({ type: "typing", writer, typing }),
      connected: () => this.flush(),
      ended: () => this.deleted(conversation.id),
      gone: () => this.end(),
    });
    this.stream = stream;
    void this.tabs.alone(`stream:${conversation.id}`, this.streamOver.signal, () => stream.run());
  }

  private queue(body: Body, shown: string, clientId = this.parts.newId()): void {
    const at = new Date(this.parts.now()).toISOString();
    this.tell({ type: "queued", outgoing: { clientId, body, shown, at, status: "sending" } });
    this.open();
    this.flush();
  }

  private flush(): void {
    if (!this.state.conversation) return this.pause.nudge();
    for (const one of this.state.outgoing) {
      if (one.status !== "refused") this.outbox.add(one);
    }
  }

  private async deliver(clientId: string, body: Body | OutOfTurn): Promise<Delivery> {
    const { conversation } = this.state;
    if (!conversation) return { kind: "trouble" };
    return this.parts.client.deliver(conversation, clientId, body, lastId(this.state));
  }

  private tell(event: ChatEvent): void {
    this.change(event);
    if (!OWN.has(event.type)) this.tabs.tell(event);
  }

  private hear(event: ChatEvent): void {
    const before = this.state.conversation?.id;
    if (event.type === "deleted" && event.id === before) this.leave();
    this.change(event);
    if (event.type === "opened" && event.conversation.id !== before) this.listen();
  }

  private change(event: ChatEvent): void {
    this.state = reduce(this.state, event);
    this.keep();
    for (const listener of this.listeners) listener();
  }

  private keep(): void {
    const { conversation, seen } = this.state;
    const outgoing = pending(this.state);
    if (!conversation && !outgoing.length) return;
    const kept: Kept = { conversation, seen, outgoing, at: this.parts.now() };
    this.parts.keeper.write(kept);
  }
}

