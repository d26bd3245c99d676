/** A message's text in paragraphs, with links and numbers that can be tapped. */

import { linkify, shownAddress } from "../words/linkify";
import { useChat } from "./context";

export function Text({ text, numbers }: { text: string; numbers: readonly string[] }) {
  return (
    <div class="text" dir="auto">
      {text.split(/\n+/).map((line, index) => (
        <p key={index}>
          {linkify(line, numbers).map(({ text, href }) =>
            href ? <Link key={href + text} text={shown(text, href)} href={href} /> : text,
          )}
        </p>
      ))}
    </div>
  );
}

function shown(text: string, href: string): string {
  return /^https?:/.test(href) ? shownAddress(text) : text;
}

export function Link({ text, href }: { text: string; href: string }) {
  const { texts } = useChat();
  if (!/^https?:/.test(href)) return <a href={href}>{text}</a>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {text}
      <span class="hidden"> {texts.say("opens_new")}</span>
    </a>
  );
}
