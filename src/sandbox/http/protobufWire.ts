import { badRequest } from "../statusError.ts";

/** A varint as a bigint, anything longer as its bytes. */
export type WireValue = bigint | Buffer;

/** One field of a protobuf message, not yet interpreted. */
export interface ProtobufField {
  readonly number: number;
  readonly value: WireValue;
}

/** Splits a message into its fields, in order; 400 when the bytes end early or are of an unknown wire type. */
export function readFields(bytes: Buffer): readonly ProtobufField[] {
  const fields: ProtobufField[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 63n) throw broken();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (size: number): Buffer => {
    if (at + size > bytes.length) throw broken();
    at += size;
    return bytes.subarray(at - size, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const number = tag >> 3;
    switch (tag & 7) {
      case 0:
        fields.push({ number, value: varint() });
        break;
      case 1:
        fields.push({ number, value: take(8) });
        break;
      case 2:
        fields.push({ number, value: take(Number(varint())) });
        break;
      case 5:
        fields.push({ number, value: take(4) });
        break;
      default:
        throw broken();
    }
  }
  return fields;
}

/** UTF-8 text of bytes. */
export function textOf(bytes: Buffer): string {
  return bytes.toString("utf8");
}

function broken(): Error {
  return badRequest("proto: the message is broken");
}
