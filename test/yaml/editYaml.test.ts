import { expect, test } from "vitest";
import type { JsonValue } from "../../src/object/json.ts";
import { addMember, appendItem } from "../../src/yaml/editYaml.ts";

const ITEM: JsonValue = { name: "b", spec: { resources: ["b.yaml"] } };

test.each([
  {
    name: "in blocks, as far to the right as its neighbours, before a comment that belongs to what follows",
    text: `name: x # why
tasks:
    # the first
    - name: a   # two blanks
      spec: {resources: [ "a.yaml" ]}

  # about plans
plans: {}
`,
    edited: `name: x # why
tasks:
    # the first
    - name: a   # two blanks
      spec: {resources: [ "a.yaml" ]}
    - name: b
      spec:
        resources:
          - b.yaml

  # about plans
plans: {}
`,
  },
  {
    name: "at the margin, as kubectl prints lists",
    text: "tasks:\n- name: a\n",
    edited: "tasks:\n- name: a\n- name: b\n  spec:\n    resources:\n      - b.yaml\n",
  },
  {
    name: "in flow style where the last one is",
    text: "tasks:\n  - {name: a} # first\nplans: {}\n",
    edited: "tasks:\n  - {name: a} # first\n  - {name: b, spec: {resources: [b.yaml]}}\nplans: {}\n",
  },
  {
    name: "with blanks in the braces where the last one has them",
    text: "tasks:\n  - { name: a }",
    edited: "tasks:\n  - { name: a }\n  - { name: b, spec: { resources: [ b.yaml ] } }\n",
  },
  {
    name: "into a list in brackets",
    text: "tasks: [{name: a}, ] # all\n",
    edited: "tasks: [{name: a}, {name: b, spec: {resources: [b.yaml]}}, ] # all\n",
  },
  {
    name: "into an empty list",
    text: "tasks: [] # none yet\nplans: {}\n",
    edited: "tasks: # none yet\n  - name: b\n    spec:\n      resources:\n        - b.yaml\nplans: {}\n",
  },
  {
    name: "into nothing",
    text: "tasks:\nplans: {}\n",
    edited: "tasks:\n  - name: b\n    spec:\n      resources:\n        - b.yaml\nplans: {}\n",
  },
  {
    name: "where the key is missing",
    text: "name: x\n# the end\n",
    edited: "name: x\ntasks:\n  - name: b\n    spec:\n      resources:\n        - b.yaml\n# the end\n",
  },
  {
    name: "where there is nothing but a comment",
    text: "# empty\n",
    edited: "# empty\ntasks:\n  - name: b\n    spec:\n      resources:\n        - b.yaml\n",
  },
  {
    name: "below a key that is written otherwise",
    text: "Tasks:\n  - name: a\n",
    edited: "Tasks:\n  - name: a\n  - name: b\n    spec:\n      resources:\n        - b.yaml\n",
  },
  {
    name: "with the line ends of Windows",
    text: "tasks:\r\n  - {name: a}\r\n",
    edited: "tasks:\r\n  - {name: a}\r\n  - {name: b, spec: {resources: [b.yaml]}}\r\n",
  },
  {
    name: "behind a text in a block, in the first document alone",
    text: "tasks:\n  - name: a\n    text: |\n      - x\n\n---\ntasks: []\n",
    edited:
      "tasks:\n  - name: a\n    text: |\n      - x\n  - name: b\n    spec:\n      resources:\n        - b.yaml\n\n---\ntasks: []\n",
  },
  { name: "an alias", text: "a: &a [1]\ntasks: *a\n", edited: undefined },
  { name: "a list that is none", text: "tasks: x\n", edited: undefined },
  { name: "a mapping instead of a list", text: "tasks: {a: {}}\n", edited: undefined },
  { name: "broken YAML", text: "tasks: [\n", edited: undefined },
])("an item: $name", ({ text, edited }) => {
  expect(appendItem(text, ["tasks"], ITEM)).toBe(edited);
});

test("an item deep down", () => {
  const text =
    "plans:\n  deploy:\n    phases:\n      - name: p\n        steps:\n          - {name: s, tasks: [a]}\n";
  expect(appendItem(text, ["plans", "deploy", "phases", 0, "steps", 0, "tasks"], "b")).toBe(
    text.replace("[a]", "[a, b]"),
  );
});

test.each([
  {
    name: "in blocks",
    text: "plans:\n    deploy: # first\n        strategy: serial\nurl: u\n",
    edited:
      "plans:\n    deploy: # first\n        strategy: serial\n    backup:\n      strategy: serial\nurl: u\n",
  },
  {
    name: "in braces",
    text: "plans: {deploy: {strategy: serial}}\n",
    edited: "plans: {deploy: {strategy: serial}, backup: {strategy: serial}}\n",
  },
  { name: "missing parent", text: "name: x\n", edited: "name: x\nplans:\n  backup:\n    strategy: serial\n" },
  { name: "a key that is there", text: "plans: {backup: {}}\n", edited: undefined },
])("a member: $name", ({ text, edited }) => {
  expect(addMember(text, ["plans"], "backup", { strategy: "serial" })).toBe(edited);
});

test.each(["yes", "0777", "1_000", "n", "1e3", "", "a: b", "two\nlines\n", "{{ .x }}", "*"])(
  "what another reader would take for something else is quoted: %j",
  (value) => {
    for (const text of ["l:\n  - a\n", "l: [a]\n"]) expect(appendItem(text, ["l"], value)).toBeDefined();
  },
);
