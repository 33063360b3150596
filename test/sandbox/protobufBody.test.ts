import { expect, test } from "vitest";
import { parseProtobuf } from "../../src/sandbox/http/protobufBody.ts";

/** A field of a message: a number is a varint, text and messages have a length. */
function field(number: number, value: number | string | Buffer): Buffer {
  if (typeof value === "number") return Buffer.concat([varint(number << 3), varint(value)]);
  const bytes = Buffer.from(value);
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 128);
  }
}

const message = (...fields: readonly Buffer[]): Buffer => Buffer.concat(fields);

function envelope(apiVersion: string, kind: string, raw: Buffer): Buffer {
  const type = message(field(1, apiVersion), field(2, kind));
  return message(Buffer.from("k8s\0"), field(1, type), field(2, raw));
}

test("text, maps, lists, pointers, quantities and inlined members are read", () => {
  const metadata = message(
    field(1, "web"),
    field(3, ""),
    field(8, Buffer.alloc(0)),
    field(11, message(field(1, "app"), field(2, "web"))),
  );
  const limits = message(field(1, "cpu"), field(2, message(field(1, "100m"))));
  const probe = message(
    field(1, message(field(3, message(field(1, message(field(1, 0), field(2, 80))))))),
    field(2, 0),
  );
  const container = message(
    field(1, "main"),
    field(2, "image"),
    field(3, "a"),
    field(3, "b"),
    field(8, field(1, limits)),
    field(11, probe),
  );
  const volume = message(field(1, "data"), field(2, field(2, Buffer.alloc(0))));
  const pod = message(field(1, volume), field(2, container), field(4, 0), field(11, 0));
  const spec = message(field(1, 0), field(3, field(2, pod)));
  expect(
    parseProtobuf(envelope("apps/v1", "Deployment", message(field(1, metadata), field(2, spec)))),
  ).toEqual({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", labels: { app: "web" } },
    spec: {
      replicas: 0,
      template: {
        spec: {
          volumes: [{ name: "data", emptyDir: {} }],
          containers: [
            {
              name: "main",
              image: "image",
              command: ["a", "b"],
              resources: { limits: { cpu: "100m" } },
              readinessProbe: { tcpSocket: { port: 80 } },
            },
          ],
          terminationGracePeriodSeconds: 0,
        },
      },
    },
  });
});

test("bytes are base64, times RFC 3339", () => {
  const metadata = message(field(1, "s"), field(8, field(1, 1_795_305_600)));
  const body = message(
    field(1, metadata),
    field(2, message(field(1, "a"), field(2, Buffer.from([0, 255])))),
    field(3, "Opaque"),
  );
  expect(parseProtobuf(envelope("v1", "Secret", body))).toEqual({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "s", creationTimestamp: "2026-11-22T00:00:00Z" },
    data: { a: "AP8=" },
    type: "Opaque",
  });
});

test.each([
  ["no protobuf", Buffer.from("{}"), /does not appear to be a protobuf message/],
  ["a kind we have no types for", envelope("example.com/v1", "Widget", Buffer.alloc(0)), /send it as JSON/],
  ["bytes that end early", message(Buffer.from("k8s\0"), Buffer.from([0x0a, 0x7f])), /the message is broken/],
])("%s is refused", (_name, body, expected) => {
  expect(() => parseProtobuf(body)).toThrow(expected);
});
