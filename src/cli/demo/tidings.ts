import { asList, asObject, type JsonObject } from "../../object/json.ts";
import { textOf as text } from "../textOf.ts";

/**
 * What a person who plays with the demo should hear of, from the document of `/status`: a key and its line each.
 *
 * Mistakes in files with their place; what a source has to say (a hold, a branch that is gone); what an instance has to
 * say while no plan of it runs; every other instance than the subject with the plan it ran last. A key that was not
 * there before is news.
 *
 * @param subject  `namespace/name` of the instance whose plans are drawn as a tree, so they need no line
 */
export function tidings(status: JsonObject, subject: string): ReadonlyMap<string, string> {
  return new Map([
    ...asList(status.sources).map(asObject).flatMap(ofSource),
    ...asList(status.instances)
      .map(asObject)
      .flatMap((instance) => ofInstance(instance, subject)),
  ]);
}

type Tiding = readonly [key: string, line: string];

function ofSource(source: JsonObject): readonly Tiding[] {
  const issues = asList(source.issues).map(asObject);
  const lines = issues.map((issue) => {
    const place = [issue.file, issue.line, issue.column].map(text).filter(Boolean).join(":");
    return `${text(issue.severity)}: ${place ? `${place}: ` : ""}${text(issue.message)}`;
  });
  const message = text(source.message);
  if (message !== "" && !message.endsWith("see issues")) lines.push(`${text(source.name)}: ${message}`);
  return lines.map((line) => [line, line]);
}

function ofInstance(instance: JsonObject, subject: string): readonly Tiding[] {
  const name = `${text(instance.namespace)}/${text(instance.name)}`;
  const plan = asObject(instance.plan);
  const status = text(plan.status);
  const ended = status === "COMPLETE" || status === "FATAL_ERROR";
  const message = text(instance.message);
  const found: Tiding[] = [];
  if (ended && name !== subject)
    found.push([`${name} ${text(plan.uid)} ${status}`, `${name}: plan '${text(plan.name)}' is ${status}`]);
  if (message !== "" && (ended || status === "")) found.push([`${name}: ${message}`, `${name}: ${message}`]);
  return found;
}
