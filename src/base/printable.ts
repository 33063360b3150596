/** Control characters other than a tab and a line feed. */
const CONTROLS = /[^\P{Cc}\t\n]/gu;

/**
 * A text of others as a terminal may show it: each control character becomes `�`, so that a downloaded file or a field
 * of a resource neither colours the screen nor moves its cursor. The length stays.
 */
export function printable(text: string): string {
  return text.replace(CONTROLS, "\uFFFD");
}
