// Reads the Go types of Kubernetes and prints, as JSON, what the embedded cluster needs to read protobuf bodies:
//   node scripts/makeProtobufTypes.mjs API_MODULE APIMACHINERY_MODULE > src/sandbox/http/protobufTypes.json
// The arguments are folders of k8s.io/api and k8s.io/apimachinery, as `go list -m -f '{{.Dir}}'` prints them.
//
// The output maps "group/version.Type" to the fields of the message, each "number name kind flags":
//   kinds  s text, b boolean, i whole number, d double, y bytes, q Quantity, o IntOrString, t Time, u MicroTime,
//          r raw JSON, x list of texts in a message, and m:TYPE for another message
//   flags  * pointer, [] list, {} map with text keys, ~ inlined into its parent, ! written even when empty
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [api, machinery] = process.argv.slice(2);
const PACKAGES = [
  ["", join(api, "core/v1")],
  ...["apps/v1", "autoscaling/v1", "autoscaling/v2", "batch/v1", "policy/v1"].map((path) => [
    path,
    join(api, path),
  ]),
  ["admissionregistration.k8s.io/v1", join(api, "admissionregistration/v1")],
  ["authentication.k8s.io/v1", join(api, "authentication/v1")],
  ["authorization.k8s.io/v1", join(api, "authorization/v1")],
  ["coordination.k8s.io/v1", join(api, "coordination/v1")],
  ["discovery.k8s.io/v1", join(api, "discovery/v1")],
  ["events.k8s.io/v1", join(api, "events/v1")],
  ["networking.k8s.io/v1", join(api, "networking/v1")],
  ["node.k8s.io/v1", join(api, "node/v1")],
  ["rbac.authorization.k8s.io/v1", join(api, "rbac/v1")],
  ["scheduling.k8s.io/v1", join(api, "scheduling/v1")],
  ["storage.k8s.io/v1", join(api, "storage/v1")],
  ["meta/v1", join(machinery, "pkg/apis/meta/v1")],
].map(([name, folder]) => ({ name: name || "v1", folder }));
const IMPORTS = { v1: "v1", corev1: "v1", metav1: "meta/v1" };
const SCALARS = {
  string: "s",
  bool: "b",
  int32: "i",
  int64: "i",
  int: "i",
  float64: "d",
  uint32: "i",
  uint8: "i",
};
const KNOWN = {
  "resource.Quantity": "q",
  "intstr.IntOrString": "o",
  "metav1.Time": "t",
  "metav1.MicroTime": "u",
  "runtime.RawExtension": "r",
  "types.UID": "s",
  "types.NodeName": "s",
};

const declared = new Map();
for (const { name, folder } of PACKAGES) {
  for (const file of readdirSync(folder).filter((entry) => /^(micro_)?types.*\.go$|^time\.go$/.test(entry))) {
    readTypes(readFileSync(join(folder, file), "utf8"), name);
  }
}

function readTypes(text, pack) {
  for (const [, type, body] of text.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) {
    declared.set(`${pack}.${type}`, { kind: "struct", pack, body });
  }
  for (const [, type, of] of text.matchAll(/^type (\w+) ((?:\[\]|map\[\w+\])?[\w.]+)$/gm)) {
    if (of !== "struct") declared.set(`${pack}.${type}`, { kind: "alias", pack, of });
  }
}

function resolve(go, pack) {
  if (SCALARS[go]) return { kind: SCALARS[go] };
  if (go === "[]byte") return { kind: "y" };
  if (KNOWN[go]) return { kind: KNOWN[go] };
  if (go.startsWith("[]")) {
    const item = resolve(go.slice(2), pack);
    return { ...item, list: true };
  }
  const map = /^map\[\w+\](.+)$/.exec(go);
  if (map) return { ...resolve(map[1], pack), map: true };
  const [prefix, type] = go.includes(".") ? go.split(".") : [undefined, go];
  const owner = prefix === undefined ? pack : IMPORTS[prefix];
  if (owner === "meta/v1") {
    if (type === "Time") return { kind: "t" };
    if (type === "MicroTime") return { kind: "u" };
    if (type === "FieldsV1") return { kind: "r" };
  }
  const found = declared.get(`${owner}.${type}`);
  if (!found) return undefined;
  if (found.kind === "struct") return { kind: `m:${owner}.${type}`, message: `${owner}.${type}` };
  if (type === "ExtraValue") return { kind: "x" };
  return resolve(found.of, found.pack);
}

const output = {};
function emit(name) {
  if (output[name]) return;
  const { body, pack } = declared.get(name);
  const fields = [];
  output[name] = fields;
  for (const line of body.split("\n")) {
    const field = /^\s+(?:\w+\s+)?(\*?)([\w.[\]]+)\s+`(.*)`/.exec(line);
    const json = /json:"([^"]*)"/.exec(line)?.[1];
    const wire = /protobuf:"\w+,(\d+)(?:,\w+)?(?:,casttype=[^,"]*)?,name=(\w+)/.exec(line);
    if (!field || json === undefined || !wire) continue;
    const [, pointer, go] = field;
    const [, number, proto] = wire;
    const resolved = resolve(go, pack);
    if (!resolved) continue;
    const [jsonName] = json.split(",");
    const inline = json.includes("inline") || jsonName === "";
    const flags = [
      pointer,
      resolved.list ? "[]" : "",
      resolved.map ? "{}" : "",
      inline ? "~" : "",
      /omitempty|omitzero/.test(json) ? "" : "!",
    ].join("");
    fields.push(`${number} ${jsonName || proto} ${resolved.kind} ${flags}`.trim());
    if (resolved.message) emit(resolved.message);
  }
}

const roots = [...declared].filter(
  ([, { kind, body }]) =>
    kind === "struct" &&
    /^\s+(metav1\.|v1\.)?TypeMeta\s/m.test(body) &&
    !/^\s+(metav1\.|v1\.)?ListMeta\s/m.test(body),
);
for (const [name] of roots) if (!name.startsWith("meta/")) emit(name);
emit("meta/v1.DeleteOptions");
const sorted = Object.fromEntries(Object.entries(output).sort(([a], [b]) => (a < b ? -1 : 1)));
process.stdout.write(`${JSON.stringify(sorted, null, 0).replace(/\],"/g, '],\n"')}\n`);
