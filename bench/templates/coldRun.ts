// A cold package in a process of its own: prints the milliseconds from the texts to the rendered texts, once.
import { kudoFunctions } from "../../src/template/functions/table.ts";
import { goValueOf } from "../../src/template/goValue.ts";
import { parseTemplate } from "../../src/template/template.ts";
import { coldPackage } from "./coldPackage.ts";

const templates = coldPackage();
const startedAt = performance.now();
const rendered = templates.map(({ name, template, data }) =>
  parseTemplate(name, template, kudoFunctions).execute(goValueOf(data)),
);
const milliseconds = performance.now() - startedAt;
console.log(JSON.stringify({ milliseconds, bytes: rendered.join("").length }));
