import { html } from "hono/html";
import type { PageDrift } from "./pageModel.ts";
import { ago, type Html } from "./pageParts.ts";

type Field = PageDrift["fields"][number];

/** What differs from what was applied, and who did it. */
export function driftView(objects: readonly PageDrift[], now: number): Html {
  if (objects.length === 0) return html``;
  return html`<div class="drift">
    <h4>Drift</h4>
    <ul>
      ${objects.map(
        (object) => html`<li>
          <strong>${[object.kind, object.namespace, object.name].filter(Boolean).join("/")}</strong>
          ${object.change === "missing" ? html`<span class="bad">is missing</span>` : fieldList(object.fields, now)}
        </li>`,
      )}
    </ul>
  </div>`;
}

function fieldList(fields: readonly Field[], now: number): Html {
  return html`<ul>
    ${fields.map(
      (field) => html`<li>
        <code>${field.pointer || "/"}</code>
        should be <code>${show(field.desired)}</code>, is <code class="bad">${show(field.live)}</code>
        <span class="dim">by</span> <strong>${field.manager ?? "somebody unknown"}</strong>${field.time === null ? "" : html` ${ago(field.time, now)}`}<span class="dim">, seen ${ago(field.seenAt, now)}</span>
      </li>`,
    )}
  </ul>`;
}

/** Longest value that is shown whole. */
const SHOWN = 200;

function show(value: unknown): string {
  if (value === undefined) return "absent";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text || '""';
}
