import { usageError } from "./cliError.ts";
import type { CliIo } from "./cliIo.ts";

/** What a person is asked. */
export interface Question {
  /** Without a mark at the end. */
  readonly text: string;
  /** Taken for an empty answer. Without it an empty answer is asked for again, unless `isOptional`. */
  readonly fallback?: string;
  readonly isOptional?: boolean;
  /** What is wrong with an answer, as a sentence; the question comes again. */
  readonly check?: (answer: string) => string | undefined;
}

/** Asks until the answer will do. @throws CliError when the input ends */
export async function askText(io: CliIo, question: Question): Promise<string> {
  const { text, fallback, isOptional = false, check } = question;
  const shown = `${text}${fallback === undefined ? (isOptional ? " (may be empty)" : "") : ` [${fallback}]`}: `;
  for (;;) {
    const line = await io.ask(shown);
    if (line === undefined) throw usageError("no answer: the input has ended");
    const answer = line.trim() === "" ? (fallback ?? "") : line.trim();
    const problem = answer === "" ? (isOptional ? undefined : "an answer is needed") : check?.(answer);
    if (problem === undefined) return answer;
    io.out(`  ${problem}\n`);
  }
}

/** One of some words; their beginning is enough where it is clear. */
export async function askChoice(
  io: CliIo,
  text: string,
  choices: readonly string[],
  fallback?: string,
): Promise<string> {
  const matches = (answer: string): readonly string[] => {
    const exact = choices.filter((choice) => choice.toLowerCase() === answer.toLowerCase());
    return exact.length > 0
      ? exact
      : choices.filter((choice) => choice.toLowerCase().startsWith(answer.toLowerCase()));
  };
  const answer = await askText(io, {
    text: `${text} (${choices.join(", ")})`,
    ...(fallback !== undefined && { fallback }),
    check: (given) => (matches(given).length === 1 ? undefined : `one of ${choices.join(", ")}`),
  });
  return matches(answer)[0] ?? answer;
}

/** Yes or no. */
export async function askYes(io: CliIo, text: string, fallback: boolean): Promise<boolean> {
  const answer = await askText(io, {
    text: `${text} (yes, no)`,
    fallback: fallback ? "yes" : "no",
    check: (given) => (/^(y|yes|n|no)$/i.test(given) ? undefined : "yes or no"),
  });
  return /^y/i.test(answer);
}

/** Words between commas; none for an empty answer where that is allowed. */
export async function askList(io: CliIo, question: Question): Promise<readonly string[]> {
  return wordsOf(await askText(io, { ...question, text: `${question.text}, with commas between` }));
}

/** The words of a list with commas. */
export function wordsOf(text: string): readonly string[] {
  return text
    .split(",")
    .map((word) => word.trim())
    .filter(Boolean);
}
