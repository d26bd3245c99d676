/** <saphena-chat clinic="..."> as a web component. */

import { render } from "preact";
import { Client } from "./api/client";
import { Keeper } from "./conversation/kept";
import { Session } from "./conversation/session";
import type { ChatEvent } from "./conversation/state";
import { BrowserTabs } from "./conversation/tabs";
import { ATTRIBUTES, readOptions, type Options } from "./embed";
import conversation from "./look/conversation.css?inline";
import frame from "./look/frame.css?inline";
import { applyAccent } from "./look/theme";
import { Widget } from "./view/widget";
import { Texts } from "./words/texts";

/** Set once, when the script runs: later nobody can tell which script it was. */
let scriptUrl: string | null = null;
export function cameFrom(url: string | null): void {
  scriptUrl = url;
}

/** The height of a launcher and the space to the next one. */
const LAUNCHER_PX = 68;

let sheet: CSSStyleSheet | null = null;

export class SaphenaChat extends HTMLElement {
  static observedAttributes = [...ATTRIBUTES];

  private session: Session | null = null;
  private opened = false;
  private opener: HTMLElement | null = null;
  private known = 0;
  private placed = 0;
  private leaving = new AbortController();

  connectedCallback(): void {
    // What is taken out of a page loses its place in the top layer, also for a moment.
    this.placed += 1;
    if (this.session) this.update();
    else this.enter();
  }

  disconnectedCallback(): void {
    // Moving the element within the page disconnects and connects it in one go.
    queueMicrotask(() => !this.isConnected && this.leave());
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after || !this.session) return;
    if (name === "clinic" || name === "server") {
      this.leave();
      this.enter();
    } else {
      this.update();
    }
  }

  /** Open the panel. */
  open(): void {
    const { activeElement } = document;
    if (!this.opened && activeElement instanceof HTMLElement && activeElement !== document.body) {
      this.opener = activeElement;
    }
    this.session?.open();
    if (this.opened || this.options.inline) return;
    this.opened = true;
    this.update();
    this.announce("open");
  }

  /** Close the panel; the focus goes back to where it came from. */
  close(): void {
    if (!this.opened) return;
    this.opened = false;
    this.update();
    const launcher = this.shadowRoot?.getElementById("launcher");
    const back = this.opener && this.opener !== this && this.opener.isConnected && this.opener;
    (back || launcher)?.focus();
    this.opener = null;
    this.announce("close");
  }

  /** Open the panel and ask a question in the visitor's name. */
  ask(text: string): void {
    const question = String(text).trim();
    this.open();
    if (question) this.session?.say(question);
  }

  private get options(): Options {
    return readOptions((name) => this.getAttribute(name), {
      scriptUrl,
      pageLanguage: document.documentElement.lang,
      browserLanguages: navigator.languages ?? [],
    });
  }

  private enter(): void {
    const { clinic, server } = this.options;
    if (this.session || !this.isConnected) return;
    if (!clinic || !server) {
      console.warn("saphena-chat: name the clinic, for example data-clinic=\"glamour\".");
      return;
    }
    if (!this.shadowRoot) {
      sheet ??= new CSSStyleSheet();
      sheet.replaceSync(frame + conversation);
      this.attachShadow({ mode: "open", delegatesFocus: false }).adoptedStyleSheets = [sheet];
    }
    const session = sessionWith(server, clinic);
    this.session = session;
    this.leaving = new AbortController();
    session.subscribe(() => this.tellPage());
    this.update();
    this.follow(session, this.leaving.signal);
    session.wake();
  }

  private leave(): void {
    this.leaving.abort();
    this.session?.close();
    this.session = null;
    this.opened = false;
    this.known = 0;
    if (this.shadowRoot) render(null, this.shadowRoot);
  }

  private follow(session: Session, signal: AbortSignal): void {
    let hiddenSince = 0;
    addEventListener("online", () => session.nudge(), { signal });
    addEventListener("pageshow", ({ persisted }) => persisted && void session.catchUp(), { signal });
    document.addEventListener(
      "visibilitychange",
      () => {
        if (document.hidden) hiddenSince = Date.now();
        else if (Date.now() - hiddenSince > 60_000) void session.catchUp();
        else session.nudge();
        this.update();
      },
      { signal },
    );
  }

  private update(): void {
    if (!this.session || !this.shadowRoot) return;
    const { options } = this;
    const texts = Texts.in(...options.languages);
    render(
      <Widget
        session={this.session}
        texts={texts}
        options={options}
        open={this.opened}
        placed={this.placed}
        onOpen={() => this.open()}
        onClose={() => this.close()}
      />,
      this.shadowRoot,
    );
    const root = this.shadowRoot.querySelector<HTMLElement>(".saphena")!;
    applyAccent(root, options.accent);
    root.style.setProperty("--shift", `${this.below(options) * LAUNCHER_PX}px`);
  }

  /** How many launchers stand below this one, at the same edge. */
  private below({ position }: Options): number {
    const all = [...document.querySelectorAll(this.localName)];
    return all.slice(0, all.indexOf(this)).filter((one) => {
      const left = one.getAttribute("position") === "left";
      return !one.hasAttribute("inline") && left === (position === "left");
    }).length;
  }

  /** Events for the page. They carry no text: what a patient writes is not the page's business. */
  private tellPage(): void {
    const { messages } = this.session?.state ?? { messages: [] };
    for (const { id, from } of messages.filter((one) => one.id > this.known)) {
      this.known = id;
      this.announce("message", { from });
    }
  }

  private announce(what: string, detail: Record<string, unknown> = {}): void {
    const clinic = this.options.clinic;
    this.dispatchEvent(
      new CustomEvent(`saphena:${what}`, { bubbles: true, detail: { clinic, ...detail } }),
    );
  }
}

function sessionWith(server: string, clinic: string): Session {
  return new Session(clinic, {
    client: new Client(server),
    keeper: new Keeper(server, clinic),
    tabs: (hear) => new BrowserTabs<ChatEvent>(`saphena:${server}:${clinic}`, hear),
    now: () => Date.now(),
    newId: randomId,
  });
}

/** Not crypto.randomUUID, which pages without https do not have. */
function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
