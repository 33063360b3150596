import { readFile } from "node:fs/promises";
import { formatIssue, hasErrors } from "../../base/issue.ts";
import { whyUnreadable } from "../../base/whyUnreadable.ts";
import type { Health } from "../../health/health.ts";
import { judge } from "../../health/judge.ts";
import { formatRef, type ObjectRef, refOf } from "../../object/objectRef.ts";
import { parseObjects } from "../../yaml/parseObjects.ts";
import { type CliIo, EXIT } from "../cliIo.ts";
import { paintStatus, paletteFor, parseFormat, print, table } from "../output.ts";
import type { Register } from "../program.ts";

/** One object with its judgement. */
interface Judgement {
  readonly file: string;
  readonly ref: ObjectRef;
  readonly health: Health;
}

/** `lockstep health FILE…|-`: how we judge objects read from files; exit code 3 when one is Degraded. */
export const registerHealth: Register = (program, io, end) => {
  program
    .command("health")
    .description("judge objects read from files, or from standard input with -")
    .argument("<file...>", "YAML or JSON, as `kubectl get -o yaml` prints it")
    .option("-o, --output <format>", "text, json or yaml", "text")
    .action(async (files: readonly string[], options: { readonly output: string }) => {
      const format = parseFormat(options.output);
      const judgements: Judgement[] = [];
      let isBroken = false;
      for (const file of files) {
        const found = await judgeFile(file, io);
        judgements.push(...found.judgements);
        isBroken ||= found.isBroken;
      }
      print(io, format, judgements.map(toDocument), () => toTable(judgements, files.length > 1, io));
      if (isBroken) end(EXIT.failed);
      else if (judgements.some(({ health }) => health.status === "Degraded")) end(EXIT.different);
    });
};

/** What cannot be read is said and left out, so that one bad file hides no other. */
async function judgeFile(
  file: string,
  io: CliIo,
): Promise<{ readonly judgements: readonly Judgement[]; readonly isBroken: boolean }> {
  let text: string;
  try {
    text = file === "-" ? await io.readStdin() : await readFile(file, "utf8");
  } catch (error) {
    io.err(`error: ${file}: ${whyUnreadable(error)}\n`);
    return { judgements: [], isBroken: true };
  }
  const { objects, issues } = parseObjects(text, file);
  for (const issue of issues) io.err(`${formatIssue(issue)}\n`);
  const now = Date.now();
  const judgements = objects.map(({ object }) => ({ file, ref: refOf(object), health: judge(object, now) }));
  return { judgements, isBroken: hasErrors(issues) };
}

function toDocument({ file, ref, health }: Judgement) {
  return {
    file,
    apiVersion: ref.apiVersion,
    kind: ref.kind,
    namespace: ref.namespace ?? "",
    name: ref.name,
    health: health.status,
    reason: health.reason,
    message: health.message,
  };
}

function toTable(judgements: readonly Judgement[], withFile: boolean, io: CliIo): string {
  if (judgements.length === 0) return "";
  const paint = paintStatus(paletteFor(io));
  const rows = judgements.map(({ file, ref, health }) => [
    ...(withFile ? [file] : []),
    formatRef(ref),
    paint(health.status, health.status),
    health.reason,
    health.message,
  ]);
  return table([...(withFile ? ["FILE"] : []), "OBJECT", "HEALTH", "REASON", "MESSAGE"], rows);
}
