import { html } from "hono/html";
import { instanceKey } from "../object/ownership.ts";
import type { PageHold } from "./pageModel.ts";
import type { Html } from "./pageParts.ts";

/** Deletions that wait for a person's word, and how to give it. */
export function holdSection(holds: readonly PageHold[]): Html {
  if (holds.length === 0) return html``;
  return html`<section>
    <h2>Held deletions</h2>
    ${holds.map(
      (hold) => html`<article class="card held">
        <p><strong>${hold.reason}</strong> <span class="dim">source ${hold.source}</span></p>
        <p>${hold.instances.map((instance) => html`<code>${instanceKey(instance)}</code> `)}</p>
        <p class="dim">Nothing of these is deleted until you say so:</p>
        <pre>lockstep confirm ${hold.id} --token-file FILE</pre>
      </article>`,
    )}
  </section>`;
}
