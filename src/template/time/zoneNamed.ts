import { brotliDecompressSync } from "node:zlib";
import type { Zone, ZoneMoment } from "./zone.ts";
import { momentByRule, parseRule } from "./zoneRule.ts";
import { ZONE_TABLE } from "./zoneTable.ts";

/** Line of the table by name; see scripts/generateZones.ts. */
const LINES: ReadonlyMap<string, string> = unpack(ZONE_TABLE);

function unpack(packed: string): ReadonlyMap<string, string> {
  const text = brotliDecompressSync(Buffer.from(packed, "base64")).toString("latin1");
  const lines = new Map<string, string>();
  for (const line of text.split("\n")) {
    for (const name of line.slice(0, line.indexOf("\t")).split(" ")) lines.set(name, line);
  }
  lines.delete("");
  return lines;
}

/** A time zone of the IANA database, `Europe/Berlin` say; its names count letter by letter, case too. */
export function zoneNamed(name: string): Zone | undefined {
  const [, kinds, first, changes, rule] = LINES.get(name)?.split("\t") ?? [];
  if (kinds === undefined) return undefined;
  const moments = kinds.split(",").map(momentOf);
  const start = moments[Number(first)] ?? { name: "", offset: 0 };
  const steps = stepsOf(changes ?? "", moments);
  const after = rule === undefined || rule === "" ? undefined : parseRule(rule);
  const lastChange = steps.at(-1)?.from;
  return {
    name,
    at: (unix) => {
      const isAfter = lastChange === undefined || unix >= lastChange;
      if (isAfter && after !== undefined) return momentByRule(after, unix);
      return steps.findLast(({ from }) => from <= unix)?.moment ?? start;
    },
  };
}

function momentOf(text: string): ZoneMoment {
  const space = text.lastIndexOf(" ");
  return { name: text.slice(0, space), offset: Number(text.slice(space + 1)) };
}

/** What holds from a second since 1970 on. */
interface Step {
  readonly from: bigint;
  readonly moment: ZoneMoment;
}

function stepsOf(changes: string, moments: readonly ZoneMoment[]): readonly Step[] {
  const steps: Step[] = [];
  let from = 0n;
  for (const change of changes === "" ? [] : changes.split(",")) {
    const [delta = "", kind] = change.split(":");
    from += BigInt(Number.parseInt(delta, 36));
    const moment = moments[Number(kind)];
    if (moment !== undefined) steps.push({ from, moment });
  }
  return steps;
}
