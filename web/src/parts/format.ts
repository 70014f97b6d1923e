// Sizes, times and digests as text, in the words and the numbers of the locale.
import { region } from "../words/locale";
import { say, shown } from "../words/say";

const fine = new Intl.NumberFormat(region, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat(region, { maximumFractionDigits: 0 });
const percents = new Intl.NumberFormat(region, { style: "percent" });
const finePercents = new Intl.NumberFormat(region, { style: "percent", minimumFractionDigits: 1 });
const milliseconds = new Intl.NumberFormat(region, { style: "unit", unit: "millisecond" });
const wholeSeconds = new Intl.NumberFormat(region, { style: "unit", unit: "second" });
const relative = new Intl.RelativeTimeFormat(region, { style: "short" });
const days = new Intl.DateTimeFormat(region, { dateStyle: "medium" });
const moments = new Intl.DateTimeFormat(region, { dateStyle: "medium", timeStyle: "medium" });
const lists = new Intl.ListFormat(region, { style: "long", type: "unit" });

export function bytes(count: number) {
  const units = ["parts.kib", "parts.mib", "parts.gib", "parts.tib"] as const;
  if (count < 1024) return say("parts.bytes", { count });
  let value = count;
  let unit = -1;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const number = (value < 10 ? fine : whole).format(value);
  return say(units[unit] ?? "parts.tib", { number });
}

/** "sha256:0123456789ab" */
export function shortDigest(digest: string) {
  const [algorithm, hex] = digest.split(":");
  return hex ? `${algorithm}:${hex.slice(0, 12)}` : digest;
}

/** Indented where it came in one line. */
export function prettyJson(text: string) {
  if (text.includes("\n")) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

export function isTime(text: string | undefined): text is string {
  return (
    text !== undefined &&
    text !== "" &&
    !text.startsWith("0001-") &&
    !Number.isNaN(Date.parse(text))
  );
}

const units: [number, Intl.RelativeTimeFormatUnit, number][] = [
  [60, "second", 1],
  [3_600, "minute", 60],
  [172_800, "hour", 3_600],
  [5_184_000, "day", 86_400],
  [63_072_000, "month", 2_628_000],
  [Infinity, "year", 31_536_000],
];

/** "5 min. ago", "in 3 days"; two of a unit at least, so that rounding does not matter. */
export function ago(time: string, now = Date.now()) {
  const seconds = (Date.parse(time) - now) / 1000;
  if (Math.abs(seconds) < 10) return say("parts.justNow");
  const [, unit, size] = units.find(([below]) => Math.abs(seconds) < below) ?? units.at(-1)!;
  return shown(relative.format(Math.round(seconds / size), unit));
}

/** With a capital if it begins with a word: addresses, hosts and ARNs stay as they are. */
export const sentence = (text: string) =>
  /^[a-z]+(?=[\s,;]|$)/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;

export const number = (value: number) => shown(whole.format(value));
export const day = (time: Date) => shown(days.format(time));
export const moment = (time: string) => shown(moments.format(new Date(time)));
export const duration = (ms: number) => shown(milliseconds.format(ms));
export const seconds = (count: number) => shown(wholeSeconds.format(count));
export const percent = (share: number) => shown(percents.format(share));
/** One decimal, for small parts of a whole. */
export const finePercent = (share: number) =>
  share > 0 && share < 0.001
    ? say("parts.lessThan", { share: finePercents.format(0.001) })
    : shown(finePercents.format(share));
export const listOf = (words: string[]) => lists.format(words);
