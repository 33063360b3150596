// Writes src/sandbox/schema/kubernetes.json from a running API server and Go's own type definitions.
//
//   node scripts/generateKubernetesSchema.ts --server https://127.0.0.1:6443 --token-file FILE
//
// Needs Go for test/cluster/zerovalues, which must be pinned to the version of the server.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { Agent, request } from "undici";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonMap = { [key: string]: Json };

const { values: options } = parseArgs({
  options: { server: { type: "string" }, "token-file": { type: "string" } },
});
if (!options.server || !options["token-file"]) {
  console.error("usage: node scripts/generateKubernetesSchema.ts --server URL --token-file FILE");
  process.exit(2);
}
const root = resolve(import.meta.dirname, "..");
const server = options.server;
const token = readFileSync(options["token-file"], "utf8").trim();
const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });

const version = (await get("/version")).gitVersion as string;
const zeroValues = goZeroValues();
const documents = Object.keys((await get("/openapi/v3")).paths as JsonMap).filter((path) =>
  /^(api\/v1|apis\/[^/]+\/[^/]+)$/.test(path),
);
const definitions: JsonMap = {};
const resources: Json[] = [];
for (const path of documents.sort()) {
  const document = await get(`/openapi/v3/${path}`);
  const schemas = ((document.components as JsonMap).schemas ?? {}) as JsonMap;
  for (const [name, schema] of Object.entries(schemas))
    definitions[name] = definition(name, schema as JsonMap);
  resources.push(...(await served(path)));
}

const lines = [
  `"version":${JSON.stringify(version)}`,
  `"resources":[\n${resources.map((resource) => JSON.stringify(resource)).join(",\n")}\n]`,
  `"definitions":{\n${Object.entries(definitions)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, schema]) => `${JSON.stringify(name)}:${JSON.stringify(schema)}`)
    .join(",\n")}\n}`,
];
writeFileSync(resolve(root, "src/sandbox/schema/kubernetes.json"), `{\n${lines.join(",\n")}\n}\n`);
console.log(`${version}: ${Object.keys(definitions).length} definitions, ${resources.length} resources`);
await dispatcher.close();

/** The schema without its prose, with Go's treatment of zero values as `x-zero`. */
function definition(name: string, schema: JsonMap): JsonMap {
  const plain = withoutProse(schema) as JsonMap;
  const members = zeroValues[name] ?? {};
  const those = (how: string): string[] =>
    Object.keys(members).filter(
      (key) => members[key] === how && key in ((schema.properties ?? {}) as JsonMap),
    );
  const zero: JsonMap = {};
  for (const how of ["always", "omit"]) if (those(how).length > 0) zero[how] = those(how);
  return Object.keys(zero).length > 0 ? { ...plain, "x-zero": zero } : plain;
}

function withoutProse(value: Json, inProperties = false): Json {
  if (Array.isArray(value)) return value.map((item) => withoutProse(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, member]) => inProperties || key !== "description" || typeof member !== "string")
      .map(([key, member]) => [key, withoutProse(member, key === "properties" && !inProperties)]),
  );
}

/** The resources of a group version, as discovery lists them; subresources hang on their parent. */
async function served(path: string): Promise<JsonMap[]> {
  const list = (await get(`/${path}`)).resources as JsonMap[];
  const groupVersion = path.replace(/^apis?\//, "");
  const parents = list.filter((resource) => !(resource.name as string).includes("/"));
  return parents.map(({ storageVersionHash: _, ...resource }) => ({
    apiVersion: groupVersion,
    ...resource,
    subresources: list
      .filter(({ name }) => (name as string).startsWith(`${resource.name}/`))
      .map(({ name, kind, verbs, group = "", version: kindVersion = "" }) => ({
        name: (name as string).split("/")[1] as string,
        kind: kind as string,
        ...(kindVersion ? { apiVersion: group ? `${group}/${kindVersion}` : (kindVersion as string) } : {}),
        verbs: verbs as Json,
      })),
  }));
}

function goZeroValues(): Record<string, Record<string, string>> {
  const output = execFileSync("go", ["run", "./zerovalues"], {
    cwd: resolve(root, "test/cluster"),
    encoding: "utf8",
    maxBuffer: 64 << 20,
  });
  return JSON.parse(output) as Record<string, Record<string, string>>;
}

async function get(path: string): Promise<JsonMap> {
  const { statusCode, body } = await request(`${server}${path}`, {
    dispatcher,
    headers: { authorization: `Bearer ${token}`, accept: "application/json" },
  });
  if (statusCode !== 200) throw new Error(`GET ${path}: ${statusCode} ${await body.text()}`);
  return (await body.json()) as JsonMap;
}
