import fc from "fast-check";
import { expect, test } from "vitest";
import type { WatchEvent } from "../../src/cluster/clusterClient.ts";
import { parseWatchEvents } from "../../src/cluster/watchEvents.ts";

const about = { verb: "watch", subject: "ConfigMap" };
const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "ä€😀", resourceVersion: "7" } };

async function read(...pieces: readonly (string | Buffer)[]): Promise<WatchEvent[]> {
  async function* source() {
    for (const piece of pieces) yield Buffer.from(piece);
  }
  const events: WatchEvent[] = [];
  for await (const event of parseWatchEvents(source(), about)) events.push(event);
  return events;
}

test("reads lines whatever way they are cut", async () => {
  const events: WatchEvent[] = [
    { type: "ADDED", object },
    { type: "MODIFIED", object },
    { type: "DELETED", object },
  ];
  const bytes = Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join("\n"));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length)), async (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
      expect(await read(...pieces)).toEqual(events);
    }),
    { numRuns: 50 },
  );
});

test("a bookmark is only a resource version", async () => {
  const line = { type: "BOOKMARK", object: { kind: "ConfigMap", metadata: { resourceVersion: "9" } } };
  expect(await read(`${JSON.stringify(line)}\n`)).toEqual([{ type: "BOOKMARK", resourceVersion: "9" }]);
});

test.each([
  ["410 is gone", { type: "ERROR", object: { kind: "Status", code: 410, message: "too old" } }, "gone"],
  ["500 is a server error", { type: "ERROR", object: { code: 500, message: "oh" } }, "serverError"],
  ["an unknown event is a server error", { type: "OTHER" }, "serverError"],
] as const)("%s", async (_name, line, reason) => {
  await expect(read(`${JSON.stringify(line)}\n`)).rejects.toMatchObject({ reason });
});

test("a line that is no JSON is an error, without its text", async () => {
  await expect(read("<html>\n")).rejects.toThrow("ConfigMap: watch: a line is not JSON");
});

test("the unfinished line of a cut watch is dropped", async () => {
  expect(await read(`${JSON.stringify({ type: "ADDED", object })}\n{"type":"ADD`)).toHaveLength(1);
});
