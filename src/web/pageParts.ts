import { html } from "hono/html";
import { formatDuration } from "../base/duration.ts";

/** A piece of the page, escaped. */
export type Html = ReturnType<typeof html>;

/** What a word of status means to the eye. */
type Tone = "good" | "bad" | "busy" | "warn" | "idle";

const TONES: Readonly<Record<string, Tone>> = {
  ok: "good",
  COMPLETE: "good",
  Healthy: "good",
  InSync: "good",
  failed: "bad",
  FATAL_ERROR: "bad",
  ERROR: "bad",
  Degraded: "bad",
  error: "bad",
  stale: "warn",
  warning: "warn",
  Drifted: "warn",
  Suspended: "warn",
  pending: "busy",
  PENDING: "idle",
  IN_PROGRESS: "busy",
  Progressing: "busy",
};

const MARKS: Readonly<Record<Tone, string>> = { good: "✓", bad: "✗", busy: "◐", warn: "!", idle: "○" };

/** A word of status with its colour and its mark; colour alone says nothing. */
export function badge(status: string, text = status): Html {
  return html`<span class="badge ${toneOf(status)}"><span aria-hidden="true">${markOf(status)}</span> ${text}</span>`;
}

/** The mark of a status, for lists where the word would repeat itself. */
export function mark(status: string): Html {
  return html`<span class="mark ${toneOf(status)}" role="img" aria-label="${status}" title="${status}">${markOf(status)}</span>`;
}

/** `12s ago`, with the exact time behind it. */
export function ago(time: string | null, now: number): Html {
  const at = Date.parse(time ?? "");
  if (Number.isNaN(at)) return html`<span class="dim">unknown</span>`;
  const ms = Math.max(0, now - at);
  const [largest] = /^\d+[a-z]+/.exec(formatDuration(ms)) ?? [];
  const words = ms < 1000 ? "just now" : `${largest} ago`;
  return html`<time datetime="${time}" title="${time}">${words}</time>`;
}

/** The first characters of a commit, with all of them behind. */
export function revision(text: string | null): Html {
  if (text === null) return html`<span class="dim">none</span>`;
  const short = /^[0-9a-f]{40}$/.test(text) ? text.slice(0, 8) : text.slice(0, 20);
  return html`<code title="${text}">${short}</code>`;
}

/** Text that keeps its lines. */
export function lines(text: string | undefined): Html {
  return text ? html`<p class="message">${text}</p>` : html``;
}

function toneOf(status: string): Tone {
  return TONES[status] ?? "idle";
}

function markOf(status: string): string {
  return MARKS[toneOf(status)];
}
