// Cold packages in a process of its own, from the texts to the rendered texts, once each: the first that the process
// sees, and one more after it has seen some others, as a service has. Prints both times.
import { kudoFunctions } from "../../src/template/functions/table.ts";
import { goValueOf } from "../../src/template/goValue.ts";
import { parseTemplate } from "../../src/template/template.ts";
import { coldPackage } from "./coldPackage.ts";

/** Packages that a service has seen before the one that counts. */
const SEEN_BEFORE = 10;

interface Times {
  readonly milliseconds: number;
  /** Of this thread: on a busy machine much less than what passed. */
  readonly cpuMilliseconds: number;
}

const first = renderOnce(0);
for (let version = 1; version <= SEEN_BEFORE; version++) renderOnce(version);
const later = renderOnce(SEEN_BEFORE + 1);
console.log(JSON.stringify({ first, later }));

function renderOnce(version: number): Times {
  const templates = coldPackage(version);
  globalThis.gc?.(); // what was there before is not the package's
  const cpuBefore = cpu();
  const startedAt = performance.now();
  for (const { name, template, data } of templates)
    parseTemplate(name, template, kudoFunctions).execute(goValueOf(data));
  return { milliseconds: performance.now() - startedAt, cpuMilliseconds: cpu() - cpuBefore };
}

function cpu(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
