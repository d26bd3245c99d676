/** Small drawings. They never say anything that words beside them do not. */

const PATHS = {
  chat: "M4 4h16v12H9l-5 4z",
  close: "M6 6l12 12M18 6L6 18",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  send: "M4 12h15M13 6l6 6-6 6",
  call: "M5 4h4l2 5-3 2a12 12 0 005 5l2-3 5 2v4a2 2 0 01-2 2A16 16 0 013 6a2 2 0 012-2z",
  down: "M12 5v14M6 13l6 6 6-6",
  alarm: "M12 3l10 18H2zM12 10v5M12 18h.01",
  wait: "M8 3h8l5 5v8l-5 5H8l-5-5V8zM8 12h8",
  care: "M12 3l10 18H2zM12 10v5M12 18h.01",
  good: "M12 3a9 9 0 100 18 9 9 0 000-18zM8 12l3 3 5-6",
  go_on: "M12 3a9 9 0 100 18 9 9 0 000-18zM9 8l6 4-6 4z",
  plain: "M12 3a9 9 0 100 18 9 9 0 000-18zM12 11v6M12 8h.01",
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} stroke-width={name === "more" ? 4 : undefined} />
    </svg>
  );
}
