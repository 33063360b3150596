import { html } from "hono/html";
import type { PagePlan, PageProgress } from "./pageModel.ts";
import { badge, type Html, lines, mark } from "./pageParts.ts";

/** The tree of a plan: phases, steps, and the tasks of steps that say something. */
export function planView(plan: PagePlan): Html {
  return html`<div class="plan">
    <h4>Plan ${plan.name} <span class="dim">${strategyOf(plan.strategy)}</span> ${badge(plan.status)}</h4>
    ${lines(plan.message)}
    <ul class="tree">
      ${plan.phases.map(
        (phase) => html`<li>
          ${line(phase, `Phase ${phase.name}`, strategyOf(phase.strategy))}
          <ul>
            ${phase.steps.map(
              (step) => html`<li>
                ${line(step, `Step ${step.name}`)}
                ${step.tasks.some(isTelling) ? html`<ul>${step.tasks.map((task) => html`<li>${line(task, task.name)}</li>`)}</ul>` : ""}
              </li>`,
            )}
          </ul>
        </li>`,
      )}
    </ul>
  </div>`;
}

/** The other plans in one line. */
export function otherPlans(plans: readonly PagePlan[]): Html {
  if (plans.length === 0) return html``;
  return html`<p class="others"><span class="dim">Other plans:</span> ${plans.map((plan) => html` ${badge(plan.status, plan.name)}`)}</p>`;
}

function line(progress: PageProgress, name: string, remark = ""): Html {
  return html`${mark(progress.status)} <span>${name}</span> <span class="dim">${remark}</span>${lines(progress.message)}`;
}

/** A task that only repeats its step's status is left out. */
function isTelling(task: PageProgress): boolean {
  return Boolean(task.message);
}

/** Whatever is not `serial` runs beside each other. */
function strategyOf(strategy: string): string {
  return strategy === "serial" ? "serial" : "parallel";
}
