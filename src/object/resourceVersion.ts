/**
 * True when the first of two resourceVersions of the same kind came before the second.
 *
 * Kubernetes promises whole numbers that grow; they are compared as text, since they may be larger than a number holds.
 */
export function isEarlierVersion(first: string, second: string): boolean {
  return first.length < second.length || (first.length === second.length && first < second);
}
