import { describe, expect, test } from "vitest";
import { offered, pending, reduce, unread, writer, type ChatState } from "../src/conversation/state";
import { open, outgoing, reply, said } from "./samples";

const ids = (state: ChatState) => state.messages.map(({ id }) => id);

describe("messages", () => {
  test("stand in the server's order, whatever order they arrive in", () => {
    let state = open({ messages: [reply(1)] });
    state = reduce(state, { type: "arrived", messages: [reply(5)] });
    state = reduce(state, { type: "arrived", messages: [said(2, "a"), reply(3)] });
    expect(ids(state)).toEqual([1, 2, 3, 5]);
  });

  test("of the same id are one message", () => {
    let state = open({ messages: [said(2, "a", { answered: false })] });
    state = reduce(state, { type: "arrived", messages: [said(2, "a"), reply(4)] });
    expect(ids(state)).toEqual([2, 4]);
    expect(state.messages[0]).toMatchObject({ answered: true });
  });

  test("on their way come last and go away when they are recorded", () => {
    let state = open({ messages: [reply(1)] });
    state = reduce(state, { type: "queued", outgoing: outgoing("a") });
    state = reduce(state, { type: "queued", outgoing: outgoing("b") });
    expect(pending(state).map((one) => one.clientId)).toEqual(["a", "b"]);
    state = reduce(state, { type: "arrived", clientId: "a", messages: [said(2, "a"), reply(3)] });
    expect(pending(state).map((one) => one.clientId)).toEqual(["b"]);
  });

  test("that another tab's transcript holds are not shown twice", () => {
    let state = open({ outgoing: [outgoing("a")] });
    const messages = [reply(1), said(2, "a"), reply(3)];
    state = reduce(state, { type: "opened", conversation: state.conversation!, messages, seen: 0 });
    expect(state.outgoing).toEqual([]);
  });

  test("of another conversation replace those of this one; what is unsent stays", () => {
    let state = open({ messages: [reply(1), reply(2)], outgoing: [outgoing("a")], seen: 2 });
    const conversation = { id: "c2", token: "t2" };
    state = reduce(state, { type: "opened", conversation, messages: [reply(1)], seen: 0, renewed: true });
    expect([ids(state), state.seen, state.renewed]).toEqual([[1], 0, true]);
    expect(state.outgoing).toHaveLength(1);
  });

  test("of a conversation that ended stay in view, and a button becomes words", () => {
    const pressed = outgoing("a", { body: { button: "x1" }, shown: "What does it cost?" });
    const state = reduce(open({ messages: [reply(1)], outgoing: [pressed] }), { type: "ended" });
    expect([state.phase, state.conversation, ids(state)]).toEqual(["ended", null, [1]]);
    expect(state.outgoing[0]!.body).toEqual({ text: "What does it cost?" });
  });

  test("are gone when the data are deleted", () => {
    const before = open({ messages: [reply(1)], outgoing: [outgoing("a")] });
    const state = reduce(before, { type: "deleted", id: "c1" });
    expect([state.phase, state.messages, state.outgoing]).toEqual(["deleted", [], []]);
  });

  test("stay when another tab tells late that an earlier conversation was deleted", () => {
    const before = open({ messages: [reply(1)] });
    expect(reduce(before, { type: "deleted", id: "c0" })).toBe(before);
  });
});

test("the status of a message changes with its reason", () => {
  let state = open({ outgoing: [outgoing("a"), outgoing("b")] });
  state = reduce(state, { type: "status", clientId: "a", status: "refused", reason: "too long" });
  expect(state.outgoing.map((one) => [one.status, one.reason])).toEqual([
    ["refused", "too long"],
    ["sending", undefined],
  ]);
  state = reduce(state, { type: "status", clientId: "a", status: "sending" });
  expect(state.outgoing[0]).not.toHaveProperty("reason");
});

test("unread are the replies after what was seen", () => {
  const messages = [reply(1), said(2), reply(3), reply(4, { from: "staff" })];
  const state = open({ messages, seen: 1 });
  expect(unread(state)).toBe(2);
  const seen = reduce(state, { type: "seen", id: 4 });
  expect([unread(seen), reduce(seen, { type: "seen", id: 2 }).seen]).toEqual([0, 4]);
});

test.each([
  [[reply(1)], "assistant"],
  [[reply(1), reply(2, { from: "staff" })], "staff"],
  [[reply(2, { from: "staff" }), said(3)], "staff"],
  [[reply(2, { from: "staff" }), said(3), reply(4)], "assistant"],
  [[reply(2, { from: "staff" }), reply(3, { from: "system" })], "assistant"],
])("who writes now %#", (messages, who) => {
  expect(writer(open({ messages }))).toBe(who);
});

describe("what is offered", () => {
  const cost = { title: "Cost", id: "b1", topic: "cost" };
  const pain = { title: "Pain", id: "b2", topic: "pain" };
  const choice = { title: "Pregnant", id: "c1", alone: false };

  test("comes from the replies after the patient's last message, each title once", () => {
    const messages = [
      reply(1, { buttons: [pain] }),
      said(2),
      reply(3, { buttons: [cost] }),
      reply(4, { buttons: [{ ...cost, id: "b9" }, pain] }),
    ];
    expect(offered(open({ messages })).buttons.map(({ id }) => id)).toEqual(["b1", "b2"]);
  });

  test("are choices, or a date where the last reply asks for one", () => {
    const messages = [said(1), reply(2, { input: "choices", choices: [choice] })];
    expect(offered(open({ messages }))).toMatchObject({ choices: [choice], date: false });
    expect(offered(open({ messages: [said(1), reply(2, { input: "date" })] })).date).toBe(true);
    expect(offered(open({ messages: [reply(1, { input: "date" }), reply(2)] })).date).toBe(false);
  });

  test("is nothing while a message is on its way, and comes back when it was refused", () => {
    const state = open({ messages: [reply(1, { buttons: [cost] })], outgoing: [outgoing("a")] });
    expect(offered(state).buttons).toEqual([]);
    const refused = reduce(state, { type: "status", clientId: "a", status: "refused" });
    expect(offered(refused).buttons).toEqual([cost]);
  });

  test("is nothing once the conversation has ended", () => {
    const state = reduce(open({ messages: [reply(1, { buttons: [cost] })] }), { type: "ended" });
    expect(offered(state).buttons).toEqual([]);
  });
});
