import { html } from "hono/html";
import type { PageIssue, PageSource } from "./pageModel.ts";
import { ago, badge, type Html, lines, revision } from "./pageParts.ts";

/** Where packages and instances come from, and the mistakes in their files. */
export function sourceSection(sources: readonly PageSource[], now: number): Html {
  if (sources.length === 0)
    return html`<section><h2>Sources</h2><p class="dim">None: instances come from others. Name one with <code>lockstep serve --repo URL</code>.</p></section>`;
  return html`<section>
    <h2>Sources</h2>
    ${sources.map((source) => sourceCard(source, now))}
  </section>`;
}

function sourceCard(source: PageSource, now: number): Html {
  const isBehind = source.appliedRevision !== source.revision;
  return html`<article class="card">
    <div class="row">
      <h3>${source.name}</h3>
      ${badge(source.state)}
      <span class="facts">
        <span class="dim">ref</span> ${source.ref || "HEAD"}
        <span class="dim">revision</span> ${revision(source.revision)}
        ${isBehind ? html`<span class="dim">in the cluster</span> ${revision(source.appliedRevision)}` : ""}
        <span class="dim">fetched</span> ${ago(source.fetchedAt, now)}
      </span>
    </div>
    <p class="dim url">${source.url}</p>
    ${lines(source.message)}
    ${source.issues.length > 0 ? html`<ul class="issues">${source.issues.map(issueItem)}</ul>` : ""}
  </article>`;
}

function issueItem(issue: PageIssue): Html {
  const place = [issue.file, issue.line, issue.line === undefined ? undefined : issue.column]
    .filter((part) => part !== undefined)
    .join(":");
  return html`<li>
    ${badge(issue.severity)} ${place ? html`<code>${place}</code>` : ""} ${issue.message}
    ${issue.excerpt ? html`<pre>${issue.excerpt}</pre>` : ""}
    ${issue.hint ? html`<p class="dim">${issue.hint}</p>` : ""}
  </li>`;
}
