/** One message: who wrote it, when, and what. Text stays text; nothing of it becomes markup. */

import type { Message as Recorded, Reply, Said, Verdict as VerdictData } from "../api/types";
import type { Outgoing } from "../conversation/state";
import { timeWords } from "../words/dates";
import { phonesIn, telephone } from "../words/linkify";
import { sourceWords } from "../words/transcript";
import { verdictWords } from "../words/verdict";
import { numbersOf, useChat } from "./context";
import { Icon } from "./icons";
import { Text } from "./text";

export function Message({ message, last }: { message: Recorded; last: boolean }) {
  return message.from === "patient" ? (
    <Patient message={message} last={last} />
  ) : (
    <Answer reply={message} last={last} />
  );
}

/** The patient's own message, once the server has it. */
function Patient({ message, last }: { message: Said; last: boolean }) {
  const { session, state, texts } = useChat();
  const again = state.outgoing.find((one) => one.clientId === message.client_id);
  return (
    <li class="message patient" data-id={message.id}>
      <Byline who="you" at={message.at} />
      <Text text={message.text} numbers={[]} />
      {again ? (
        <Status outgoing={again} />
      ) : message.answered === false && message.client_id ? (
        <p class="status">
          {texts.say("unanswered")}{" "}
          <button type="button" class="small" onClick={() => session.retry(message.client_id!)}>
            {texts.say("retry")}
          </button>
        </p>
      ) : (
        last && <p class="status">{texts.say("sent")}</p>
      )}
    </li>
  );
}

/** A message that is on its way, or did not get there. */
export function Pending({ outgoing }: { outgoing: Outgoing }) {
  return (
    <li class={`message patient ${outgoing.status}`} data-client-id={outgoing.clientId}>
      <Byline who="you" at={outgoing.at} />
      <Text text={outgoing.shown} numbers={[]} />
      <Status outgoing={outgoing} />
    </li>
  );
}

function Status({ outgoing }: { outgoing: Outgoing }) {
  const { session, texts, write } = useChat();
  const { clientId, status, reason } = outgoing;
  return (
    <p class={`status ${status}`}>
      {texts.say(status)}
      {reason && ` ${reason}`}{" "}
      {status === "failed" && (
        <button type="button" class="small" onClick={() => session.retry(clientId)}>
          {texts.say("retry")}
        </button>
      )}
      {status === "refused" && (
        <button type="button" class="small" onClick={() => write(session.takeBack(clientId))}>
          {texts.say("edit")}
        </button>
      )}
    </p>
  );
}

function Answer({ reply, last }: { reply: Reply; last: boolean }) {
  const { state, texts } = useChat();
  const numbers = numbersOf(state);
  const grave = reply.urgency === "urgent" || reply.urgency === "emergency";
  return (
    <li class={`message ${reply.from} ${grave ? `grave ${reply.urgency}` : ""}`} data-id={reply.id}>
      <Byline who={reply.from} at={reply.at} />
      {grave && (
        <p class="alarm">
          <Icon name="alarm" /> {texts.say(reply.urgency as "urgent" | "emergency")}
        </p>
      )}
      {reply.verdict && <Verdict verdict={reply.verdict} />}
      <Text text={reply.text} numbers={numbers} />
      {grave && <Calls numbers={callsOf(reply, numbers)} />}
      {reply.general && <p class="note">{texts.say("general")}</p>}
      <Sources reply={reply} />
      {last && (reply.buttons.length > 0 || reply.input) && (
        <p class="hidden">{texts.say("options_follow")}</p>
      )}
    </li>
  );
}

/** The numbers that the reply names, in its order; if it names none, the emergency number. */
function callsOf(reply: Reply, numbers: readonly string[]): string[] {
  const named = phonesIn(reply.text, numbers);
  return named.length ? named : numbers.slice(0, 1);
}

function Calls({ numbers }: { numbers: readonly string[] }) {
  const { texts } = useChat();
  return (
    <p class="calls">
      {numbers.map((number) => (
        <a key={number} class="call" href={telephone(number)}>
          <Icon name="call" /> {texts.say("call", { number })}
        </a>
      ))}
    </p>
  );
}

function Verdict({ verdict }: { verdict: VerdictData }) {
  const { texts } = useChat();
  const { tone, text, notes } = verdictWords(verdict, texts, new Date());
  return (
    <p class={`verdict ${tone}`}>
      <Icon name={tone} />
      <span>
        <strong>{text}</strong>
        {notes.map((note) => (
          <span key={note} class="verdict-note">
            {note}
          </span>
        ))}
      </span>
    </p>
  );
}

function Sources({ reply }: { reply: Reply }) {
  const { texts } = useChat();
  const named = sourceWords(reply.sources, texts);
  if (!named.length) return null;
  return (
    <details class="sources">
      <summary>{texts.say("sources")}</summary>
      <ul>
        {named.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
    </details>
  );
}

function Byline({ who, at }: { who: "you" | Reply["from"]; at: string }) {
  const { texts } = useChat();
  return (
    <p class="byline">
      <span class="who">{texts.say(who)}</span>
      <span class="hidden">, </span>
      <time dateTime={at}>{timeWords(at, texts.locale)}</time>
    </p>
  );
}
