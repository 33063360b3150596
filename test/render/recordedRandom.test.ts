import { expect, test } from "vitest";
import { NO_RANDOM, type RandomRecord, withRandom } from "../../src/package/randomRecord.ts";
import { newRandomRecord, seededRandomRecord } from "../../src/render/newRandomRecord.ts";
import { RecordedRandom, templateOfCall } from "../../src/render/recordedRandom.ts";
import { INT, variadic } from "../../src/template/goFunction.ts";
import { parseTemplate } from "../../src/template/template.ts";

/** `draw N…` gives two random bytes as hexadecimal, for any numbers. */
const functions = new Map([
  [
    "draw",
    variadic([], INT, (args, context) =>
      context.recall("draw", args, () => Buffer.from(context.random.bytes(2)).toString("hex")),
    ),
  ],
]);

function render(text: string, record: RandomRecord, name = "a.yaml") {
  const random = new RecordedRandom(record);
  const template = parseTemplate(name, text, functions);
  const lines = template
    .execute(null, { random: random.source(name) })
    .trim()
    .split("\n");
  return { lines, record: withRandom(record, random.use), use: random.use };
}

const first = render("{{ draw 1 }}\n{{ draw 1 }}\n{{ draw 2 }}", newRandomRecord());
const [one, two, three] = first.lines;

test.each([
  ["the same text", "{{ draw 1 }}\n{{ draw 1 }}\n{{ draw 2 }}", [one, two, three]],
  [
    "lines above",
    "# now\n# moved\n{{ draw 1 }}\n{{ draw 1 }}\n{{ draw 2 }}",
    ["# now", "# moved", one, two, three],
  ],
  ["other calls before it gone", "{{ draw 2 }}", [three]],
  ["another order", "{{ draw 2 }}\n{{ draw 1 }}\n{{ draw 1 }}", [three, one, two]],
  ["the calls in a loop", "{{ range until 2 }}{{ draw 1 }}\n{{ end }}", [one, two]],
  ["the calls in a definition", '{{ define "d" }}{{ draw 2 }}{{ end }}{{ template "d" }}', [three]],
])("values are found again with %s", (_name, text, lines) => {
  const untilTwo = text.replace("until 2", "2");
  const again = render(untilTwo, first.record);
  expect(again.lines).toEqual(lines);
  expect(again.use.added).toEqual({});
});

test("a call with other arguments before it moves nothing", () => {
  const { lines, use } = render("{{ draw 7 }}\n{{ draw 1 }}\n{{ draw 1 }}\n{{ draw 2 }}", first.record);
  expect(lines.slice(1)).toEqual([one, two, three]);
  expect(Object.keys(use.added)).toHaveLength(1);
});

test("of equal calls the next one is a new one", () => {
  const { lines } = render("{{ draw 1 }}\n{{ draw 1 }}\n{{ draw 1 }}", first.record);
  expect(lines.slice(0, 2)).toEqual([one, two]);
  expect([one, two]).not.toContain(lines[2]);
});

test("another template and another instance have values of their own", () => {
  const other = render("{{ draw 1 }}", first.record, "b.yaml");
  expect(other.lines).not.toEqual([one]);
  expect(Object.keys(other.use.added).map(templateOfCall)).toEqual(["b.yaml"]);
  expect(render("{{ draw 1 }}", newRandomRecord()).lines).not.toEqual([one]);
});

test("the same record gives the same new values", () => {
  const record = newRandomRecord();
  expect(render("{{ draw 1 }}{{ draw 2 }}", record)).toEqual(render("{{ draw 1 }}{{ draw 2 }}", record));
});

test("a seed gives the same values each time, whatever stands beside a call", () => {
  const [value] = render("{{ draw 1 }}", seededRandomRecord("a")).lines;
  expect(render("{{ draw 5 }}\n{{ draw 1 }}", seededRandomRecord("a")).lines[1]).toBe(value);
  expect(render("{{ draw 1 }}", seededRandomRecord("b")).lines).not.toEqual([value]);
});

test("a record holds what was drawn and no argument", () => {
  const args = Object.keys(render("{{ draw 123456789 }}", newRandomRecord()).record.values);
  expect(args.join()).not.toContain("123456789");
  expect(render("nothing", first.record)).toMatchObject({ record: first.record, use: { added: {} } });
  expect(withRandom(first.record, NO_RANDOM)).toBe(first.record);
});

test("an instance that draws without end is told where", () => {
  const text = "# for ever\n{{ range 9999 }}{{ draw 1 }}{{ end }}";
  expect(() => render(text, newRandomRecord())).toThrow(
    /a\.yaml:2:\d+: .*the random values of the instance take more than 262144 bytes/,
  );
});
