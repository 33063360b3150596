import { asList, asObject, type JsonObject } from "../../object/json.ts";
import type { Plan } from "../../package/operatorPackage.ts";
import { planTree } from "../../plan/planTree.ts";
import { planStatusesOf } from "../../reconcile/instanceView.ts";
import type { CliIo } from "../cliIo.ts";
import { paintStatus, paletteFor } from "../output.ts";
import { textOf as text } from "../textOf.ts";

/** A piece of text that is drawn again in place on a terminal; elsewhere only what is new is printed. */
export interface LiveText {
  readonly show: (content: string) => void;
  /** What was shown last stays; the next text begins below it. */
  readonly keep: () => void;
}

const ESCAPE = String.fromCharCode(27);

/** Draws on `io.out`. */
export function liveText(io: CliIo): LiveText {
  let shown: readonly string[] = [];
  return {
    show: (content) => {
      const whole = content.trimEnd().split("\n");
      // A line that wraps would take two rows, and drawing over it would leave one behind.
      const lines = io.isTerminal ? whole.map((line) => cut(line, io.columns() - 1)) : whole;
      if (lines.join("\n") === shown.join("\n")) return;
      if (io.isTerminal) {
        const up = shown.length > 0 ? `${ESCAPE}[${shown.length}A${ESCAPE}[J` : "";
        io.out(`${up}${lines.join("\n")}\n`);
      } else {
        for (const line of lines.filter((next) => !shown.includes(next))) io.out(`${line}\n`);
      }
      shown = lines;
    },
    keep: () => {
      shown = [];
    },
  };
}

/** The active plan of an instance as a tree, from the documents of the API. */
export function treeOfPlans(instance: JsonObject, plans: JsonObject, io: CliIo): string {
  const documents = asList(plans.items).map(asObject);
  const definitions = documents.map(
    (plan): Plan => ({
      name: text(plan.name),
      strategy: text(plan.strategy),
      phases: asList(plan.phases)
        .map(asObject)
        .map((phase) => ({
          name: text(phase.name),
          strategy: text(phase.strategy),
          steps: asList(phase.steps).map((step) => ({ name: text(asObject(step).name), tasks: [] })),
        })),
    }),
  );
  const active = text(asObject(instance.plan).name);
  const shown = definitions.filter(({ name }) => name === active);
  return planTree(
    {
      namespace: text(instance.namespace),
      name: text(instance.name),
      operatorVersion: `${text(instance.operator)}-${text(instance.operatorVersion)}`,
      plans: shown,
      planStatus: planStatusesOf(
        Object.fromEntries(documents.filter((plan) => plan.name === active).map((plan) => [active, plan])),
      ),
    },
    paintStatus(paletteFor(io)),
  );
}

/** Cuts a line to a number of columns; escapes for colours take none. */
function cut(line: string, columns: number): string {
  const parts = line.split(new RegExp(`(${ESCAPE}\\[[0-9;]*m)`));
  let left = columns;
  return parts
    .map((part) => {
      if (part.startsWith(ESCAPE)) return part;
      const kept = [...part].slice(0, Math.max(0, left));
      left -= kept.length;
      return kept.join("");
    })
    .join("");
}
