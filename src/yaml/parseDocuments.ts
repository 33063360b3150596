import type { Issue } from "../base/issue.ts";
import {
  type ParsedDocument,
  type ParsedYaml,
  type ParseOptions,
  parsePiece,
  tooLargeIssue,
} from "./parseYaml.ts";
import { countLineBreaks, issueIn, positionAt, type TextSource } from "./textSource.ts";

/** Characters; ten million would take half a gigabyte of memory. */
const MAX_FILE = 8 * 1024 * 1024;

const MAX_DOCUMENTS = 10_000;
/** More mistakes of one file than anybody reads; finding the place of each costs time. */
const MAX_ISSUES = 200;

/**
 * Reads the documents of a file one by one, so that a broken one does not hide the others.
 *
 * The text is cut before every `---` that begins a line, whatever follows it on that line (package-format 5.4);
 * pieces of white space and comments are left out. Only the first document of a piece counts.
 */
export function parseDocuments(text: string, file?: string, options: ParseOptions = {}): ParsedYaml {
  if (text.length > MAX_FILE) return { documents: [], issues: [tooLargeIssue(text, MAX_FILE, file)] };
  const documents: ParsedDocument[] = [];
  const issues: Issue[] = [];
  let count = 0;
  for (const { piece, source } of pieces(text, file)) {
    if (piece.trim() === "") continue;
    if (++count > MAX_DOCUMENTS) {
      const message = `the YAML has more than ${MAX_DOCUMENTS} documents`;
      return {
        documents,
        issues: [
          ...issues,
          { severity: "error", code: "yaml.documents", message, ...(file !== undefined && { file }) },
        ],
      };
    }
    if (issues.length > MAX_ISSUES) break;
    const parsed = parsePiece(piece, source, options);
    issues.push(...parsed.issues);
    const [first, second] = parsed.documents;
    if (second && !second.isEmpty) issues.push(ignoredIssue(second));
    if (first && !first.isEmpty) documents.push(first);
  }
  return { documents, issues };
}

const SEPARATOR = "\n---";

function* pieces(text: string, file: string | undefined): Generator<{ piece: string; source: TextSource }> {
  let start = 0;
  let startLine = 1;
  for (;;) {
    const end = text.indexOf(SEPARATOR, start);
    yield {
      piece: end === -1 ? text.slice(start) : text.slice(start, end),
      source: { file, text, start, startLine },
    };
    if (end === -1) return;
    startLine += countLineBreaks(text, start, end) + 1;
    start = end + SEPARATOR.length;
  }
}

function ignoredIssue(document: ParsedDocument): Issue {
  const offset = document.events[document.firstEvent + 1];
  const position = positionAt(document.source, offset && "start" in offset ? offset.start : 0);
  return issueIn(document.source, position, {
    severity: "warning",
    code: "yaml.ignored",
    message: "what follows ... is ignored",
    hint: "begin a new document with ---",
  });
}
