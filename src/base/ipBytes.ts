import { isIPv4, isIPv6 } from "node:net";

/**
 * The bytes of an address as a certificate has it: 4 of one of IPv4, also when it is written as IPv6, else 16.
 * `undefined` for what Go's net.ParseIP does not take, zones among it.
 */
export function ipBytes(text: string): Buffer | undefined {
  if (isIPv4(text)) return Buffer.from(text.split(".").map(Number));
  if (!isIPv6(text) || text.includes("%")) return undefined;
  const [head = "", tail] = text.split("::");
  const start = groupsOf(head);
  const end = groupsOf(tail ?? "");
  const bytes = Buffer.from([...start, ...new Array<number>(16 - start.length - end.length).fill(0), ...end]);
  return bytes.subarray(0, 12).equals(MAPPED) ? bytes.subarray(12) : bytes;
}

/** What precedes an address of IPv4. */
const MAPPED = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]);

function groupsOf(text: string): number[] {
  if (text === "") return [];
  return text.split(":").flatMap((group) => {
    if (group.includes(".")) return group.split(".").map(Number);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
