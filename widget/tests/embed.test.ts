import { expect, test } from "vitest";
import { toggled } from "../src/conversation/choosing";
import { Keeper } from "../src/conversation/kept";
import { readOptions } from "../src/embed";
import { contrast, inkOn, parseColour, readable, type Rgb } from "../src/look/contrast";
import { outgoing } from "./samples";

const AROUND = {
  scriptUrl: "https://chat.example/widget.js?v=1",
  pageLanguage: "es-MX",
  browserLanguages: ["en-US"],
};
const read = (attributes: Record<string, string>) =>
  readOptions((name) => attributes[name] ?? null, AROUND);

test("a clinic's id is all that a page has to say", () => {
  expect(read({ clinic: "glamour" })).toEqual({
    ...{ clinic: "glamour", server: "https://chat.example", label: null, position: "right" },
    ...{ languages: ["es-MX", "en-US"], theme: "auto", accent: null, privacy: null, inline: false },
  });
});

test("what a page says is taken where it makes sense", () => {
  const options = read({
    ...{ clinic: " glamour ", server: "https://other.example/path", position: "left", inline: "" },
    ...{ privacy: "https://clinic.example/privacy", language: "en", label: "Chat", theme: "dark" },
  });
  expect(options).toMatchObject({
    ...{ clinic: "glamour", server: "https://other.example", position: "left", inline: true },
    ...{ privacy: "https://clinic.example/privacy", languages: ["en", "es-MX", "en-US"] },
    ...{ label: "Chat", theme: "dark" },
  });
});

test.each([
  [{ position: "top" }, { position: "right" }],
  [{ theme: "blue" }, { theme: "auto" }],
  [{ privacy: "javascript:alert(1)" }, { privacy: null }],
  [{ server: "javascript:alert(1)" }, { server: "https://chat.example" }],
  [{ server: "not an address" }, { server: "https://chat.example" }],
])("what makes no sense falls back: %o", (attributes, expected) => {
  expect(read({ clinic: "glamour", ...attributes } as Record<string, string>)).toMatchObject(expected);
});

test("every accent is readable: text on it, and it as text on paper", () => {
  const [paper, dark]: Rgb[] = [
    [255, 255, 255],
    [27, 34, 38],
  ];
  const steps = [0, 51, 102, 153, 204, 255];
  for (const red of steps) {
    for (const green of steps) {
      for (const blue of steps) {
        const accent: Rgb = [red, green, blue];
        expect(contrast(inkOn(accent), accent)).toBeGreaterThanOrEqual(4.5);
        expect(contrast(readable(accent, paper!, 4.5), paper!)).toBeGreaterThanOrEqual(4.5);
        expect(contrast(readable(accent, dark!, 4.5), dark!)).toBeGreaterThanOrEqual(4.5);
      }
    }
  }
});

test("colours are read as browsers write them", () => {
  expect(parseColour("rgb(1, 2, 3)")).toEqual([1, 2, 3]);
  expect(parseColour("rgba(1, 2, 3, 0.5)")).toEqual([1, 2, 3]);
  expect(parseColour("color(srgb 1 0.5 0)")).toEqual([255, 128, 0]);
  expect(parseColour("oklch(0.5 0.1 200)")).toBeNull();
  expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21);
});

test("an option that stands alone and the others exclude each other", () => {
  const choices = [
    { id: "a", title: "A", alone: false },
    { id: "b", title: "B", alone: false },
    { id: "none", title: "None", alone: true },
  ];
  expect(toggled([], "a", choices)).toEqual(["a"]);
  expect(toggled(["a"], "b", choices)).toEqual(["a", "b"]);
  expect(toggled(["a", "b"], "none", choices)).toEqual(["none"]);
  expect(toggled(["none"], "b", choices)).toEqual(["b"]);
  expect(toggled(["a", "b"], "a", choices)).toEqual(["b"]);
});

test("where storage is forbidden the conversation is kept as long as the page", () => {
  const keeper = new Keeper("https://chat.example", "glamour", () => {
    throw new DOMException("forbidden", "SecurityError");
  });
  expect(keeper.read()).toBeNull();
  const kept = { conversation: { id: "c", token: "t" }, seen: 3, outgoing: [outgoing("a")], at: 1 };
  keeper.write(kept);
  expect(keeper.read()).toEqual(kept);
  keeper.forget();
  expect(keeper.read()).toBeNull();
});

test.each(["", "{", "5", "[]", '{"conversation": {}}', '{"conversation": null}'])(
  "what is kept but is none of ours is passed over: %s",
  (text) => {
    const storage = { getItem: () => text } as unknown as Storage;
    expect(new Keeper("s", "c", () => storage).read()).toBeNull();
  },
);
