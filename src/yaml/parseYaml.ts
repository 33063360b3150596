import { EVENT_ID, type Event, YAMLException } from "js-yaml";
import type { Issue } from "../base/issue.ts";
import type { JsonValue } from "../object/json.ts";
import { constructDocument, type Finding } from "./construct.ts";
import { type ReadEvents, type ReadingBudget, readEvents } from "./readEvents.ts";
import { issueIn, positionAt, type TextSource } from "./textSource.ts";

/** One document of a YAML text. `positionOf` finds the places of its parts. */
export interface ParsedDocument {
  readonly value: JsonValue;
  /** True when there is nothing but white space and comments. */
  readonly isEmpty: boolean;
  readonly source: TextSource;
  /** The text that the events speak of, the events, and where this document begins in them. */
  readonly text: string;
  readonly events: readonly Event[];
  readonly firstEvent: number;
}

/** All documents of a text, and what is wrong with it. */
export interface ParsedYaml {
  readonly documents: readonly ParsedDocument[];
  readonly issues: readonly Issue[];
}

/** How strictly a text is read, and how much work it may make. */
export interface ParseOptions {
  /** A key that stands twice in a mapping is an error instead of a warning. */
  readonly strict?: boolean;
  /** Characters that may be read again where the form of the text needs that; taken from as it happens. */
  readonly reading?: ReadingBudget;
}

/** A larger document is refused: it takes hundreds of megabytes to read, and no API server takes it. */
const MAX_DOCUMENT = 4 * 1024 * 1024;

/**
 * Reads a YAML text as Kubernetes does (YAML 1.1, keys are text, see `test/yaml/rows.jsonl`).
 *
 * A text with a syntax error has no documents and one issue; other mistakes are all reported at once, and then the
 * documents are there as far as they could be read.
 */
export function parseYaml(text: string, file?: string, options: ParseOptions = {}): ParsedYaml {
  return parsePiece(text, { file, text, start: 0, startLine: 1 }, options);
}

/** Reads a piece of a file; issues and positions speak of the file. */
export function parsePiece(
  piece: string,
  source: TextSource,
  { strict = false, reading }: ParseOptions = {},
): ParsedYaml {
  if (piece.length > MAX_DOCUMENT) {
    const position = { line: source.startLine };
    return { documents: [], issues: [{ ...tooLargeIssue(piece, MAX_DOCUMENT, source.file), ...position }] };
  }
  let read: ReadEvents;
  try {
    read = readEvents(piece, reading);
  } catch (error) {
    return { documents: [], issues: [syntaxIssue(error, source)] };
  }
  const { events, text } = read;
  const readSource = { ...source, inserted: read.inserted };
  const documents: ParsedDocument[] = [];
  const findings: Finding[] = [];
  for (let index = 0; index < events.length; ) {
    const constructed = constructDocument(text, events, index);
    documents.push({
      value: constructed.value,
      isEmpty: isEmptyScalar(events[index + 1]),
      source: readSource,
      text,
      events,
      firstEvent: index,
    });
    findings.push(...constructed.findings);
    index = constructed.end;
  }
  return { documents, issues: findings.map((finding) => findingIssue(finding, readSource, strict)) };
}

function isEmptyScalar(event: Event | undefined): boolean {
  return event?.type === EVENT_ID.SCALAR && event.valueStart < 0 && event.tagStart < 0;
}

function findingIssue(finding: Finding, source: TextSource, strict: boolean): Issue {
  const severity = strict && finding.code === "yaml.duplicateKey" ? "error" : finding.severity;
  return issueIn(source, positionAt(source, finding.offset), { ...finding, severity });
}

/** @param limit  in characters */
export function tooLargeIssue(text: string, limit: number, file: string | undefined): Issue {
  const millions = (count: number): string => (count / 1024 / 1024).toFixed(1).replace(/\.0$/, "");
  return {
    severity: "error",
    code: "yaml.tooLarge",
    message: `the YAML has ${millions(text.length)} million characters; ${millions(limit)} is the most that is read`,
    ...(file !== undefined && { file }),
    hint: "split it into several files",
  };
}

function syntaxIssue(error: unknown, source: TextSource): Issue {
  if (!(error instanceof YAMLException)) throw error;
  const position = positionAt(source, error.mark?.position ?? 0);
  return issueIn(source, position, { severity: "error", code: "yaml.syntax", message: error.reason });
}
