/** Reads the text of a stream of server-sent events, in whatever pieces it arrives. */

export interface ServerEvent {
  kind: string;
  data: string;
}

export class EventReader {
  private rest = "";

  /** Return the events that are whole with this piece. */
  push(piece: string): ServerEvent[] {
    // A piece may end between \r and \n, so a last \r waits for the next one.
    const blocks = (this.rest + piece).split(/\r\n\r\n|\n\n|\r\r(?!\n)/);
    this.rest = blocks.pop() ?? "";
    return blocks.map(readBlock).filter((event) => event.data !== "");
  }
}

function readBlock(block: string): ServerEvent {
  let kind = "message";
  const data: string[] = [];
  for (const line of block.split(/\r\n|\n|\r/)) {
    const [, name, value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === "event") kind = value;
    if (name === "data") data.push(value);
  }
  return { kind, data: data.join("\n") };
}
