/** Files and paper. */

import type { Line } from "../words/transcript";

export function saveFile(name: string, type: string, content: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Print the lines only, not the page around the chat: from a frame of their own. */
export function printLines(title: string, note: string, lines: Line[]): void {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  document.body.append(frame);
  const page = frame.contentDocument!;
  const add = (tag: string, text: string) => {
    const element = page.createElement(tag);
    element.textContent = text;
    element.style.whiteSpace = "pre-line";
    page.body.append(element);
  };
  page.title = title;
  add("h1", title);
  add("p", note);
  for (const { who, when, text } of lines) {
    add("h2", `${who} (${when})`);
    add("p", text);
  }
  frame.contentWindow!.addEventListener("afterprint", () => frame.remove());
  frame.contentWindow!.print();
}
