/** Asks before something that can't be taken back. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useChat } from "./context";

interface Props {
  question: string;
  yes: string;
  /** Returns whether it worked. */
  act(): Promise<boolean>;
  /** `done`: it was done, not called off. */
  close(done: boolean): void;
}

export function Confirm({ question, yes, act, close }: Props) {
  const { texts } = useChat();
  const dialog = useRef<HTMLDialogElement>(null);
  const left = useRef(false);
  const [failed, setFailed] = useState(false);
  const [busy, setBusy] = useState(false);
  // At once: a key pressed a moment later must already reach the dialog, not what is behind it.
  useLayoutEffect(() => dialog.current!.showModal(), []);

  const confirm = async () => {
    setBusy(true);
    setFailed(false);
    const done = await act();
    setBusy(false);
    if (done) leave(true);
    else setFailed(true);
  };
  const cancel = (event: Event) => {
    event.preventDefault();
    event.stopPropagation();
    leave(false);
  };
  // Closed first: what is behind an open dialog can't take the focus.
  const leave = (done: boolean) => {
    left.current = true;
    dialog.current?.close();
    close(done);
  };
  // A browser may close it without asking, as when a phone's "back" is pressed twice.
  const closed = () => left.current || leave(false);
  return (
    <dialog
      class="confirm"
      ref={dialog}
      aria-labelledby="question"
      onCancel={cancel}
      onClose={closed}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <p id="question">{question}</p>
      <p class="error" role="alert">
        {failed && texts.say("action_failed")}
      </p>
      <div class="row">
        <button type="button" onClick={cancel}>
          {texts.say("cancel")}
        </button>
        <button type="button" class="strong" disabled={busy} onClick={() => void confirm()}>
          {yes}
        </button>
      </div>
    </dialog>
  );
}
