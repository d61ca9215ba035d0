const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** An age in the fewest characters; below a minute in steps of ten seconds, so that a row does not flicker. */
export function age(ms: number): string {
  if (ms < 10 * second) return "now";
  if (ms < minute) return `${String(Math.floor(ms / (10 * second)) * 10)}s`;
  if (ms < hour) return `${String(Math.floor(ms / minute))}m`;
  if (ms < day) return `${String(Math.floor(ms / hour))}h`;
  return `${String(Math.floor(ms / day))}d`;
}

/** A duration in words that can be read aloud. */
export function ageInWords(ms: number): string {
  if (ms < minute) return "less than a minute";
  const [amount, unit] = ms < hour ? [ms / minute, "minute"] : ms < day ? [ms / hour, "hour"] : [ms / day, "day"];
  const whole = Math.floor(amount);
  return counted(whole, unit);
}

/** A count of things in words: 1 file, 2 files. */
export function counted(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? "" : "s"}`;
}

/** A count in at most four characters: 999, 41k, 1.2M, 3G. */
export function compact(count: number): string {
  if (count < 1_000) return String(Math.round(count));
  if (count < 999_500) return `${String(count < 9_950 ? Math.round(count / 100) / 10 : Math.round(count / 1_000))}k`;
  if (count < 999_500_000) {
    return `${String(count < 9_950_000 ? Math.round(count / 100_000) / 10 : Math.round(count / 1_000_000))}M`;
  }
  return `${String(Math.round(count / 1_000_000_000))}G`;
}

/** A day and a time of day on the reader's clock: Fri 20 Nov, 16:02. */
export function dayAndClock(at: number): string {
  const date = new Date(at);
  const day = date.toLocaleDateString([], { weekday: "short", day: "numeric", month: "short" });
  return `${day}${date.getFullYear() === new Date().getFullYear() ? "" : ` ${String(date.getFullYear())}`}, ${clock(at)}`;
}

/** A time of day on the reader's clock. */
export function clock(at: number): string {
  return new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** How long something took: 0.4s, 12s, 3m 20s. */
export function took(ms: number): string {
  if (ms < 10 * second) return `${String(Math.round(ms / 100) / 10)}s`;
  if (ms < minute) return `${String(Math.round(ms / second))}s`;
  const seconds = Math.round((ms % minute) / second);
  return seconds === 0
    ? `${String(Math.floor(ms / minute))}m`
    : `${String(Math.floor(ms / minute))}m ${String(seconds)}s`;
}
