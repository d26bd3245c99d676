import { expect, test } from "vitest";
import { backoff } from "../src/api/backoff";
import { EventReader } from "../src/api/events";

const STREAM =
  'id: 4\r\nevent: reply\r\ndata: {"a": 1}\r\nretry: 3000\r\n\r\n' +
  ": ping\r\n\r\nevent: typing\r\ndata: {}\r\n\r\n";

test.each([1, 2, 3, 7, 500])("events are read in pieces of %i characters", (size) => {
  const reader = new EventReader();
  const pieces = STREAM.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
  expect(pieces.flatMap((piece) => reader.push(piece))).toEqual([
    { kind: "reply", data: '{"a": 1}' },
    { kind: "typing", data: "{}" },
  ]);
});

test("several data lines are one text, and other line ends are read too", () => {
  const events = new EventReader().push("data: one\ndata: two\n\n");
  expect(events).toEqual([{ kind: "message", data: "one\ntwo" }]);
});

test("waits double up to half a minute, and are spread", () => {
  expect([0, 1, 2, 3].map((attempt) => backoff(attempt, 1))).toEqual([1000, 2000, 4000, 8000]);
  expect([backoff(50, 1), backoff(1, 0)]).toEqual([30_000, 1000]);
});
