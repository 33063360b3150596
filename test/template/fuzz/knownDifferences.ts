import type { Answer } from "../../../src/cli/check/answerOf.ts";
import { DEFAULT_LIMITS } from "../../../src/template/limits.ts";
import type { Judgement } from "./goJudge.ts";
import type { FuzzRow } from "./shapes.ts";

/** Where we are meant to differ from Go; docs/templates.md tells authors. */
interface KnownDifference {
  readonly reason: string;
  readonly applies: (row: FuzzRow, wanted: Judgement, got: Answer) => boolean;
}

const LIMITS_OF_LOOPS = [
  `: loops take more than ${DEFAULT_LIMITS.iterations} turns`,
  `: output is larger than ${DEFAULT_LIMITS.outputBytes} bytes`,
  `: the template does more than ${DEFAULT_LIMITS.work} units of work`,
];

/** Each is so narrow that nothing else hides behind it. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    reason: "templates may call each other 500 deep here, 100000 in Go",
    applies: (_row, wanted, got) =>
      wanted.kind === "error" &&
      got.kind === "error" &&
      wanted.message.includes("exceeded maximum template depth") &&
      got.message.includes("exceeded maximum template depth"),
  },
  {
    reason: "loops inside each other may take 1000000 turns, write 8 MiB and do so much work here, any in Go",
    applies: (row, _wanted, got) =>
      row.template.split("{{range").length > 2 &&
      got.kind === "error" &&
      LIMITS_OF_LOOPS.some((words) => got.message.endsWith(words)),
  },
];
