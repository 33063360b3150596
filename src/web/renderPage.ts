import { html, raw } from "hono/html";
import { holdSection } from "./holdSection.ts";
import { instanceSection } from "./instanceSection.ts";
import type { PageModel } from "./pageModel.ts";
import type { Html } from "./pageParts.ts";
import { PAGE_SCRIPT } from "./pageScript.ts";
import { PAGE_STYLE } from "./pageStyle.ts";
import { sourceSection } from "./sourceSection.ts";

/** The page: one document that needs nothing from elsewhere. */
export function renderPage(model: PageModel): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title(model)}</title>
<link rel="icon" href="data:,">
<noscript><meta http-equiv="refresh" content="5"></noscript>
<style>${raw(PAGE_STYLE)}</style>
</head>
<body>
<header>
<h1>Lockstep</h1>
${summaryLine(model)}
</header>
<div id="lost" class="card" role="status">The service does not answer. This page goes on by itself once it does.</div>
<main>
${model.notReady === undefined ? "" : html`<p class="card busy">Not ready yet: ${model.notReady}</p>`}
${holdSection(model.holds)}
${sourceSection(model.sources, model.now)}
${instanceSection(model)}
</main>
<footer class="dim">
Lockstep ${model.version} · <a href="/status">status</a> · <a href="/openapi.json">API</a> · <a href="/metrics">metrics</a>
</footer>
<script>${raw(PAGE_SCRIPT)}</script>
</body>
</html>
`;
}

function title({ summary }: PageModel): string {
  if (summary.failed > 0) return `✗ ${summary.failed} failed · Lockstep`;
  if (summary.inProgress > 0) return `◐ ${summary.inProgress} in progress · Lockstep`;
  return summary.drifted > 0 ? `! ${summary.drifted} drifted · Lockstep` : "Lockstep";
}

function summaryLine({ summary }: PageModel): Html {
  const counts: readonly (readonly [count: number, word: string, tone: string])[] = [
    [summary.instances, summary.instances === 1 ? "instance" : "instances", ""],
    [summary.complete, "complete", "good"],
    [summary.inProgress, "in progress", "busy"],
    [summary.failed, "failed", "bad"],
    [summary.drifted, "drifted", "warn"],
    [summary.suspended, "suspended", "warn"],
  ];
  return html`<ul class="summary">
    ${counts.map(([count, word, tone], index) =>
      index === 0 || count > 0 ? html`<li class="${tone}"><b>${count}</b> ${word}</li>` : "",
    )}
  </ul>`;
}
