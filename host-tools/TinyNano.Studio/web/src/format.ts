// Numbers and times for people. Grouped digits, units always beside the number.
const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const moment = new Intl.DateTimeFormat("en-GB", { day: "2-digit", month: "short", hour: "2-digit", minute: "2-digit" });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

export const none = "\u2013";

export function count(n: number | null | undefined): string {
  return n === null || n === undefined ? none : whole.format(n);
}

export function some(n: number, one: string): string {
  return `${count(n)} ${one}${n === 1 ? "" : "s"}`;
}

export function fixed(n: number | null | undefined, digits: number): string {
  return n === null || n === undefined ? none : n.toFixed(digits);
}

export function percent(share: number | null | undefined, digits = 1): string {
  return share === null || share === undefined ? none : `${(share * 100).toFixed(digits)} %`;
}

export function milliseconds(microseconds: number | null | undefined): string {
  return microseconds === null || microseconds === undefined ? none : `${(microseconds / 1000).toFixed(1)} ms`;
}

export function bytes(n: number): string {
  return n < 1024 ? `${n} B` : n < 1024 * 1024 ? `${(n / 1024).toFixed(1)} KB` : `${(n / 1024 / 1024).toFixed(1)} MB`;
}

export function time(at: number): string {
  return moment.format(at);
}

export function second(at: number): string {
  return clock.format(at);
}

export function ago(at: number): string {
  const seconds = Math.max(0, (Date.now() - at) / 1000);
  return seconds < 90 ? `${Math.round(seconds)} s ago` : `${duration(seconds)} ago`;
}

export function duration(seconds: number): string {
  if (seconds < 90) {
    return `${Math.round(seconds)} s`;
  }
  const minutes = seconds / 60;
  if (minutes < 90) {
    return `${Math.round(minutes)} min`;
  }
  const hours = minutes / 60;
  return hours < 48 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} days`;
}

export function words(name: string): string {
  return name.replaceAll("_", " ");
}
