/** Days and times as a reader expects them. */

/** "Friday, Nov 27" of 2026-11-27, with the year where it is not the one of `now`. */
export function dayWords(iso: string, locale: string, now: Date): string {
  // A calendar day has no time zone: noon in UTC, told in UTC.
  const day = new Date(`${iso}T12:00:00Z`);
  if (Number.isNaN(day.getTime())) return iso;
  return new Intl.DateTimeFormat(locale, {
    weekday: "long",
    month: "short",
    day: "numeric",
    timeZone: "UTC",
    ...(day.getUTCFullYear() !== now.getFullYear() && { year: "numeric" }),
  }).format(day);
}

/** "8:04 PM" in the reader's own time zone. */
export function timeWords(at: string, locale: string): string {
  return format(at, locale, { hour: "numeric", minute: "2-digit" });
}

/** "Tuesday, Nov 24" in the reader's own time zone. */
export function dateWords(at: string, locale: string): string {
  return format(at, locale, { weekday: "long", month: "short", day: "numeric" });
}

/** "Monday, 9:00 AM" in the clinic's time zone. */
export function openingWords(at: string, locale: string, timeZone: string): string {
  return format(at, locale, { weekday: "long", hour: "numeric", minute: "2-digit", timeZone });
}

/** "9:00 AM" of 09:00, a time on the clinic's own clock. */
export function clockWords(clock: string, locale: string): string {
  return format(`1970-01-01T${clock}:00Z`, locale, {
    hour: "numeric",
    minute: "2-digit",
    timeZone: "UTC",
  });
}

/** The name of a weekday, 0 for Monday. */
export function weekdayWords(day: number, locale: string): string {
  return format(`1970-01-${String(5 + day).padStart(2, "0")}T12:00:00Z`, locale, {
    weekday: "long",
    timeZone: "UTC",
  });
}

function format(at: string, locale: string, options: Intl.DateTimeFormatOptions): string {
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return "";
  return new Intl.DateTimeFormat(locale, options).format(moment);
}
