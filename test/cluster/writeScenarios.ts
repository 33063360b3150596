// Writes test/sandbox/merge/recorded.json anew: node test/cluster/writeScenarios.ts --server URL --token-file FILE
// The server must run without controllers (node test/cluster/main.ts --keep --controllers=).
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { recordScenarios } from "../sandbox/merge/recordScenarios.ts";
import { loadScenarios } from "../sandbox/merge/scenario.ts";

const { values } = parseArgs({ options: { server: { type: "string" }, "token-file": { type: "string" } } });
if (!values.server || !values["token-file"]) throw new Error("--server and --token-file are needed");
const token = readFileSync(values["token-file"], "utf8").trim();
const recording = await recordScenarios({ server: values.server, token }, loadScenarios());
const lines = Object.entries(recording).map(
  ([name, answers]) =>
    `${JSON.stringify(name)}:[\n${answers.map((answer) => JSON.stringify(answer)).join(",\n")}\n]`,
);
const file = join(import.meta.dirname, "../sandbox/merge/recorded.json");
writeFileSync(file, `{\n${lines.join(",\n")}\n}\n`);
console.log(`${lines.length} scenarios`);
