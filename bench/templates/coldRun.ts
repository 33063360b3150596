// A cold package in a process of its own: prints the time from the texts to the rendered texts, once.
import { kudoFunctions } from "../../src/template/functions/table.ts";
import { goValueOf } from "../../src/template/goValue.ts";
import { parseTemplate } from "../../src/template/template.ts";
import { coldPackage } from "./coldPackage.ts";

const templates = coldPackage();
globalThis.gc?.(); // what the start of the process left is not the package's
const cpuBefore = cpu();
const startedAt = performance.now();
const rendered = templates.map(({ name, template, data }) =>
  parseTemplate(name, template, kudoFunctions).execute(goValueOf(data)),
);
const milliseconds = performance.now() - startedAt;
const cpuMilliseconds = cpu() - cpuBefore;
console.log(JSON.stringify({ milliseconds, cpuMilliseconds, bytes: rendered.join("").length }));

/** Of this thread, in milliseconds: on a busy machine much less than what passed. */
function cpu(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
