import { rfc3339 } from "../../base/clock.ts";
import type { JsonValue } from "../../object/json.ts";
import { childOf, type Draft, type DraftValue } from "../draft.ts";
import { badRequest } from "../statusError.ts";
import table from "./protobufTypes.json" with { type: "json" };
import { type ProtobufField, readFields, textOf, type WireValue } from "./protobufWire.ts";

/** What Go clients send when they speak protobuf. */
export const PROTOBUF = "application/vnd.kubernetes.protobuf";

/** Bytes before every message: "k8s" and a zero. */
const MAGIC = Buffer.from([0x6b, 0x38, 0x73, 0]);
const TYPES = table as unknown as Readonly<Record<string, readonly string[]>>;

/** How one field of a message becomes a member of the object. See scripts/makeProtobufTypes.mjs. */
interface FieldRule {
  readonly name: string;
  readonly kind: string;
  readonly isPointer: boolean;
  readonly isList: boolean;
  readonly isMap: boolean;
  readonly isInline: boolean;
  readonly isAlways: boolean;
}

/**
 * Reads a protobuf body into the object that the same client would have sent as JSON; 400 for a kind that we have no
 * types for, or bytes that are none.
 *
 * @see Kubernetes 1.36 apimachinery/pkg/runtime/serializer/protobuf, the envelope `Unknown`
 */
export function parseProtobuf(body: Buffer): JsonValue {
  if (!body.subarray(0, 4).equals(MAGIC))
    throw badRequest("provided data does not appear to be a protobuf message");
  const envelope = readFields(body.subarray(4));
  const head = readFields(bytesOf(envelope, 1));
  const apiVersion = textOf(bytesOf(head, 1));
  const kind = textOf(bytesOf(head, 2));
  const type = kind === "DeleteOptions" ? "meta/v1.DeleteOptions" : `${apiVersion}.${kind}`;
  if (!TYPES[type])
    throw badRequest(`${apiVersion} ${kind}: this kind is not read as protobuf, send it as JSON`);
  return { apiVersion, kind, ...(messageOf(bytesOf(envelope, 2), type) as Record<string, JsonValue>) };
}

function bytesOf(fields: readonly ProtobufField[], number: number): Buffer {
  const value = fields.find((field) => field.number === number)?.value;
  return Buffer.isBuffer(value) ? value : Buffer.alloc(0);
}

function rulesOf(type: string): ReadonlyMap<number, FieldRule> {
  return new Map(
    (TYPES[type] ?? []).map((line) => {
      const [number = "0", name = "", kind = "s", flags = ""] = line.split(" ");
      const rule: FieldRule = {
        name,
        kind,
        isPointer: flags.includes("*"),
        isList: flags.includes("[]"),
        isMap: flags.includes("{}"),
        isInline: flags.includes("~"),
        isAlways: flags.includes("!"),
      };
      return [Number(number), rule] as const;
    }),
  );
}

function messageOf(bytes: Buffer, type: string): Draft {
  const rules = rulesOf(type);
  const object: Draft = {};
  for (const { number, value } of readFields(bytes)) {
    const rule = rules.get(number);
    if (rule) setMember(object, rule, value);
  }
  return object;
}

function setMember(object: Draft, rule: FieldRule, value: WireValue): void {
  if (rule.isMap) {
    const entry = readFields(value as Buffer);
    const map = childOf(object, rule.name);
    map[textOf(bytesOf(entry, 1))] = memberOf(
      rule.kind,
      entry.find(({ number }) => number === 2)?.value ?? Buffer.alloc(0),
    );
    return;
  }
  const read = memberOf(rule.kind, value);
  if (rule.isInline) {
    Object.assign(object, read);
  } else if (rule.isList) {
    object[rule.name] = [...((object[rule.name] as DraftValue[] | undefined) ?? []), read];
  } else if (rule.isPointer || rule.isAlways || !isZero(read)) {
    object[rule.name] = read;
  }
}

/** Members that a JSON client leaves out. */
function isZero(value: DraftValue): boolean {
  return value === undefined || value === null || value === "" || value === 0 || value === false;
}

function memberOf(kind: string, value: WireValue): DraftValue {
  if (kind.startsWith("m:")) return messageOf(value as Buffer, kind.slice(2));
  switch (kind) {
    case "s":
      return textOf(value as Buffer);
    case "b":
      return value !== 0n;
    case "i":
      return Number(BigInt.asIntN(64, value as bigint));
    case "d":
      return (value as Buffer).readDoubleLE(0);
    case "y":
      return (value as Buffer).toString("base64");
    case "q":
      return textOf(bytesOf(readFields(value as Buffer), 1));
    case "r":
      return rawJson(bytesOf(readFields(value as Buffer), 1));
    case "x":
      return readFields(value as Buffer).map((field) => textOf(field.value as Buffer));
    case "o":
      return intOrString(value as Buffer);
    default:
      return timeOf(value as Buffer, kind === "u");
  }
}

function rawJson(bytes: Buffer): DraftValue {
  return bytes.length === 0 ? undefined : (JSON.parse(textOf(bytes)) as DraftValue);
}

function intOrString(bytes: Buffer): DraftValue {
  const fields = readFields(bytes);
  const number = (at: number): bigint =>
    (fields.find((field) => field.number === at)?.value as bigint | undefined) ?? 0n;
  return number(1) === 1n ? textOf(bytesOf(fields, 3)) : Number(BigInt.asIntN(32, number(2)));
}

function timeOf(bytes: Buffer, isMicro: boolean): DraftValue {
  const fields = readFields(bytes);
  const number = (at: number): number =>
    Number(
      BigInt.asIntN(64, (fields.find((field) => field.number === at)?.value as bigint | undefined) ?? 0n),
    );
  if (fields.length === 0) return undefined;
  const text = rfc3339(number(1) * 1000);
  return isMicro ? `${text.slice(0, -1)}.${String(Math.floor(number(2) / 1000)).padStart(6, "0")}Z` : text;
}
