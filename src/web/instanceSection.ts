import { html } from "hono/html";
import { instanceKey } from "../object/ownership.ts";
import { isRunning } from "../plan/planStatus.ts";
import { driftView } from "./driftView.ts";
import type { PageInstance, PageModel } from "./pageModel.ts";
import { ago, badge, type Html, lines, revision } from "./pageParts.ts";
import { otherPlans, planView } from "./planView.ts";

/** More would make a page that nobody reads; the API has them all. */
const SHOWN = 100;

/** Every instance, those that need a look first, each with the tree of its plan and its drift. */
export function instanceSection(model: PageModel): Html {
  const sorted = model.instances.toSorted(
    (a, b) => urgency(a) - urgency(b) || (instanceKey(a) < instanceKey(b) ? -1 : 1),
  );
  const rest = sorted.length - SHOWN;
  return html`<section>
    <h2>Instances</h2>
    ${sorted.length === 0 ? html`<p class="dim">None yet.</p>` : ""}
    ${sorted.slice(0, SHOWN).map((instance) => instanceCard(instance, model))}
    ${rest > 0 ? html`<p class="dim">${rest} more; <a href="/status">/status</a> has them all.</p>` : ""}
  </section>`;
}

/** What failed, what runs, what drifted, then the rest. */
function urgency({ plan, health, drift }: PageInstance): number {
  if (plan?.status === "FATAL_ERROR" || health === "Degraded") return 0;
  if (plan && isRunning(plan.status)) return 1;
  if (drift.state === "Drifted") return 2;
  return 3;
}

function instanceCard(instance: PageInstance, model: PageModel): Html {
  const { plan, drift } = instance;
  const isOpen = urgency(instance) < 3;
  return html`<details class="card" id="instance-${instanceKey(instance)}" ${isOpen ? "open" : ""}>
    <summary class="row">
      <h3><span class="dim">${instance.namespace}/</span>${instance.name}</h3>
      ${plan ? badge(plan.status, `${plan.name} ${plan.status}`) : badge("NEVER_RUN", "no plan yet")}
      ${badge(instance.health)}
      ${drift.state === "Drifted" ? badge("Drifted", `${drift.objects} drifted`) : drift.state === "InSync" ? badge("InSync", "in sync") : ""}
      ${instance.suspended && instance.health !== "Suspended" ? badge("Suspended") : ""}
    </summary>
    <p class="facts">
      <span class="dim">operator</span> ${instance.operator} ${instance.operatorVersion}
      <span class="dim">from</span> ${instance.source ?? "the cluster"}
      ${instance.revision ? html`<span class="dim">revision</span> ${revision(instance.revision)}` : ""}
      ${plan?.startedAt ? html`<span class="dim">started</span> ${ago(plan.startedAt, model.now)}` : ""}
      ${plan?.finishedAt ? html`<span class="dim">finished</span> ${ago(plan.finishedAt, model.now)}` : ""}
    </p>
    ${lines(instance.message)}
    ${driftView(drift.state === "Drifted" ? model.driftOf(instance) : [], model.now)}
    ${planParts(instance, model)}
  </details>`;
}

function planParts(instance: PageInstance, model: PageModel): Html {
  const plans = model.plansOf(instance);
  const active = plans.find(({ name }) => name === instance.plan?.name);
  return html`${active ? planView(active) : ""} ${otherPlans(plans.filter((plan) => plan !== active))}`;
}
