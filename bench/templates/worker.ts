// Our side of the comparison: reads a workload, then does one round for each line on standard input.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { kudoFunctions } from "../../src/template/functions/table.ts";
import { goValueOf } from "../../src/template/goValue.ts";
import { parseTemplate } from "../../src/template/template.ts";
import type { Command, Workload } from "./protocol.ts";

const workload = JSON.parse(readFileSync(process.argv[2]!, "utf8")) as Workload;
const smallData = goValueOf(workload.smallData);
const large = workload.large.map(({ name, template, data, runs }) => ({
  template: parseTemplate(name, template, kudoFunctions),
  data: goValueOf(data),
  runs,
}));

function runSmall(text: string): string {
  try {
    return parseTemplate("t", text, kudoFunctions).execute(smallData);
  } catch (error) {
    return (error as Error).message;
  }
}

const commands: Readonly<Record<Command, () => unknown>> = {
  small: () => timed(() => workload.small.forEach(runSmall)),
  large: () =>
    timed(() => {
      for (const { template, data, runs } of large) {
        for (let i = 0; i < runs; i++) template.execute(data);
      }
    }),
  smallOutputs: () => workload.small.map(runSmall),
  largeOutputs: () => large.map(({ template, data }) => template.execute(data)),
};

function timed(work: () => void): { readonly milliseconds: number } {
  const startedAt = performance.now();
  work();
  return { milliseconds: performance.now() - startedAt };
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(commands[line as Command]()));
}
