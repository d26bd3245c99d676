/** Sends messages one after the other and loses none: an id makes sending twice harmless.
 *
 * While the first one waits, because something is down or slow, what was typed behind it gets a try
 * of its own, marked as out of turn: one of them may be an emergency, which the server answers
 * whatever else it cannot do. Anything else it leaves for its turn. */

import { backoff, Pause } from "../api/backoff";
import type { Delivery } from "../api/client";
import type { Outgoing } from "./state";

/** Tries before a person is asked to: about half a minute. */
export const MOST_TRIES = 6;

/** So long an answer is waited for before the messages behind are tried. */
const SLOW_MS = 2000;

export interface OutboxEvents {
  deliver(outgoing: Outgoing): Promise<Delivery>;
  deliverOutOfTurn(clientId: string, text: string): Promise<Delivery>;
  status(clientId: string, status: Outgoing["status"], reason?: string): void;
  answered(outgoing: Outgoing, delivery: Extract<Delivery, { kind: "answered" }>): void;
  gone(): void;
}

export class Outbox {
  private queue: Outgoing[] = [];
  private running = false;
  private waiting = false;
  /** The server said when to come again: nothing but time ends that wait. */
  private askedToWait = false;
  private readonly tried = new Set<string>();
  private overtaking: Promise<void> | null = null;
  private readonly pause: Pick<Pause, "wait" | "nudge">;

  constructor(
    private readonly on: OutboxEvents,
    pause: Pick<Pause, "wait" | "nudge"> = new Pause(),
  ) {
    this.pause = pause;
  }

  /** Send a message after those before it; again, if it is known already. */
  add(outgoing: Outgoing): void {
    if (!this.queue.some((one) => one.clientId === outgoing.clientId)) this.queue.push(outgoing);
    if (this.waiting) void this.overtake();
    this.flush();
  }

  /** Try now what waits or failed, in the order in which it was written. */
  flush(): void {
    if (!this.askedToWait) this.pause.nudge();
    if (!this.running) void this.run();
  }

  drop(clientId: string): void {
    this.queue = this.queue.filter((one) => one.clientId !== clientId);
  }

  clear(): void {
    this.queue = [];
    this.pause.nudge();
  }

  private async run(): Promise<void> {
    this.running = true;
    let tries = 0;
    let head: Outgoing | undefined;
    while ((head = this.queue[0])) {
      const delivery = await this.first(head);
      await this.overtaking;
      if (this.queue[0] !== head) continue; // dropped meanwhile
      this.waiting = delivery.kind === "later" || delivery.kind === "trouble";
      if (this.waiting) await this.overtake();
      if (delivery.kind === "answered") {
        tries = 0;
        this.queue.shift();
        this.on.answered(head, delivery);
      } else if (delivery.kind === "refused") {
        this.queue.shift();
        this.on.status(head.clientId, "refused", delivery.reason);
      } else if (delivery.kind === "gone") {
        this.running = false;
        return this.on.gone();
      } else if (delivery.kind === "later") {
        this.on.status(head.clientId, "waiting");
        this.askedToWait = true;
        await this.pause.wait(delivery.seconds * 1000);
        this.askedToWait = false;
      } else if (++tries < MOST_TRIES) {
        this.on.status(head.clientId, "waiting");
        await this.pause.wait(backoff(tries - 1));
      } else {
        for (const one of this.queue) this.on.status(one.clientId, "failed");
        break;
      }
    }
    this.running = this.waiting = false;
    this.tried.clear();
  }

  private async first(head: Outgoing): Promise<Delivery> {
    this.on.status(head.clientId, "sending");
    const slow = setTimeout(() => {
      this.waiting = true;
      void this.overtake();
    }, SLOW_MS);
    try {
      return await this.on.deliver(head);
    } finally {
      clearTimeout(slow);
    }
  }

  private overtake(): Promise<void> {
    this.overtaking ??= this.tryThoseBehind().finally(() => (this.overtaking = null));
    return this.overtaking;
  }

  private async tryThoseBehind(): Promise<void> {
    let one: Outgoing | undefined;
    while ((one = this.queue.slice(1).find(({ clientId }) => !this.tried.has(clientId)))) {
      this.tried.add(one.clientId);
      if (!("text" in one.body)) continue; // nobody presses a button for an emergency
      const delivery = await this.on.deliverOutOfTurn(one.clientId, one.body.text);
      if (!this.queue.includes(one)) continue; // dropped meanwhile
      if (delivery.kind === "answered") {
        this.drop(one.clientId);
        this.on.answered(one, delivery);
      }
    }
  }
}
