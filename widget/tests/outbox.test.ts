import { beforeEach, describe, expect, test, vi } from "vitest";
import { Pause } from "../src/api/backoff";
import type { Delivery } from "../src/api/client";
import { MOST_TRIES, Outbox } from "../src/conversation/outbox";
import { outgoing } from "./samples";

const ANSWERED: Delivery = { kind: "answered", said: null as never, replies: [], ended: false };
const TROUBLE: Delivery = { kind: "trouble" };
const LEFT_FOR_ITS_TURN: Delivery = { kind: "refused", reason: "not yet" };

let log: string[];
let waits: number[];
let answers: Delivery[];

function outbox(
  pause: Pick<Pause, "wait" | "nudge"> = {
    wait: async (ms) => void waits.push(ms),
    nudge: () => {},
  },
): Outbox {
  const next = async (line: string) => {
    log.push(line);
    return answers.shift() ?? ANSWERED;
  };
  return new Outbox(
    {
      deliver: ({ clientId }) => next(`deliver ${clientId}`),
      deliverOutOfTurn: (clientId, text) => next(`deliver ${clientId} out of turn: ${text}`),
      status: (clientId, status) => void log.push(`${status} ${clientId}`),
      answered: ({ clientId }) => void log.push(`answered ${clientId}`),
      gone: () => void log.push("gone"),
    },
    pause,
  );
}

const settled = () => new Promise((done) => setTimeout(done, 5));
const delivered = () => log.filter((line) => line.startsWith("deliver"));

beforeEach(() => {
  [log, waits, answers] = [[], [], []];
});

describe("messages", () => {
  test("go out one after the other, in the order written", async () => {
    const box = outbox();
    for (const id of ["a", "b", "c"]) box.add(outgoing(id));
    await settled();
    expect(log.filter((line) => !line.startsWith("sending"))).toEqual([
      ...["deliver a", "answered a", "deliver b", "answered b", "deliver c", "answered c"],
    ]);
  });

  test("added twice are sent once", async () => {
    const box = outbox();
    box.add(outgoing("a"));
    box.add(outgoing("a"));
    await settled();
    expect(delivered()).toEqual(["deliver a"]);
  });

  test("are tried again, later and later, with the same id", async () => {
    answers = [TROUBLE, TROUBLE, TROUBLE, ANSWERED];
    outbox().add(outgoing("a"));
    await settled();
    expect(delivered()).toEqual(Array(4).fill("deliver a"));
    expect(waits[2]!).toBeGreaterThan(waits[0]!);
    expect(log.at(-1)).toBe("answered a");
  });

  test("that can't be sent fail together, and go out in order when tried again", async () => {
    answers = Array(MOST_TRIES + 1).fill(TROUBLE);
    const box = outbox();
    box.add(outgoing("a"));
    box.add(outgoing("b"));
    await settled();
    expect(log.slice(-2)).toEqual(["failed a", "failed b"]);
    log.length = 0;
    box.flush();
    await settled();
    expect(delivered()).toEqual(["deliver a", "deliver b"]);
  });

  test.each([TROUBLE, { kind: "later", seconds: 7 } as Delivery])(
    "get a try of their own while the first one waits: an emergency is answered (%o)",
    async (failure) => {
      answers = [failure, LEFT_FOR_ITS_TURN, ANSWERED, failure];
      const box = outbox();
      for (const id of ["ordinary", "another", "emergency"]) box.add(outgoing(id));
      await settled();
      expect(delivered()).toEqual([
        "deliver ordinary",
        "deliver another out of turn: text of another",
        "deliver emergency out of turn: text of emergency",
        ...["deliver ordinary", "deliver ordinary", "deliver another"],
      ]);
      expect(log.filter((line) => line.startsWith("answered"))).toEqual([
        ...["answered emergency", "answered ordinary", "answered another"],
      ]);
    },
  );

  test("do not wait for one that hangs", async () => {
    vi.useFakeTimers();
    let release = (_: Delivery) => {};
    const box = new Outbox(
      {
        deliver: ({ clientId }) => {
          log.push(`deliver ${clientId}`);
          return new Promise((done) => (release = done));
        },
        deliverOutOfTurn: async (clientId) => {
          log.push(`deliver ${clientId} out of turn`);
          return ANSWERED;
        },
        status: () => {},
        answered: ({ clientId }) => void log.push(`answered ${clientId}`),
        gone: () => {},
      },
      { wait: async () => {}, nudge: () => {} },
    );
    box.add(outgoing("hangs"));
    box.add(outgoing("soon after"));
    await vi.advanceTimersByTimeAsync(1900);
    expect(log).toEqual(["deliver hangs"]);
    await vi.advanceTimersByTimeAsync(200);
    box.add(outgoing("later"));
    await vi.advanceTimersByTimeAsync(0);
    release(ANSWERED);
    await vi.advanceTimersByTimeAsync(0);
    vi.useRealTimers();
    expect(log).toEqual([
      "deliver hangs",
      ...["deliver soon after out of turn", "answered soon after"],
      ...["deliver later out of turn", "answered later"],
      "answered hangs",
    ]);
  });

  test("that press a button are not tried out of turn", async () => {
    answers = [TROUBLE];
    const box = outbox();
    box.add(outgoing("a"));
    box.add(outgoing("b", { body: { button: "x" } }));
    await settled();
    expect(delivered()).toEqual(["deliver a", "deliver a", "deliver b"]);
  });

  test("that the server refuses do not hold up the next one", async () => {
    answers = [{ kind: "refused", reason: "too long" }];
    const box = outbox();
    box.add(outgoing("a"));
    box.add(outgoing("b"));
    await settled();
    expect(log).toContain("refused a");
    expect(log.at(-1)).toBe("answered b");
  });

  test("wait as long as the server asks", async () => {
    answers = [{ kind: "later", seconds: 7 }];
    outbox().add(outgoing("a"));
    await settled();
    expect(waits).toEqual([7000]);
    expect(log.at(-1)).toBe("answered a");
  });

  test("wait as long as the server asks, though the stream opens or more is written", async () => {
    vi.useFakeTimers();
    answers = [{ kind: "later", seconds: 7 }, LEFT_FOR_ITS_TURN];
    const box = outbox(new Pause());
    box.add(outgoing("a"));
    await vi.advanceTimersByTimeAsync(1000);
    box.flush();
    box.add(outgoing("b"));
    await vi.advanceTimersByTimeAsync(5900);
    expect(delivered()).toEqual(["deliver a", "deliver b out of turn: text of b"]);
    await vi.advanceTimersByTimeAsync(200);
    vi.useRealTimers();
    expect(log.filter((line) => line.startsWith("answered"))).toEqual(["answered a", "answered b"]);
  });

  test("of a new conversation do not wait for what was asked in the one before", async () => {
    answers = [{ kind: "later", seconds: 7 }];
    const box = outbox(new Pause());
    box.add(outgoing("a"));
    await settled();
    box.clear();
    box.add(outgoing("b"));
    await settled();
    expect(log.at(-1)).toBe("answered b");
  });

  test("stay when the conversation is gone", async () => {
    answers = [{ kind: "gone" }];
    const box = outbox();
    box.add(outgoing("a"));
    await settled();
    expect(log.at(-1)).toBe("gone");
    box.flush();
    await settled();
    expect(log.at(-1)).toBe("answered a");
  });
});
