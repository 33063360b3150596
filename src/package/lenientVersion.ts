import { compare, valid } from "semver";

/**
 * The semantic version that a text means, as KUDO reads versions: `1`, `1.2`, `v1.2.3` count too (package-format 1.4).
 * `undefined` for anything else.
 */
export function lenientVersion(text: string): string | undefined {
  const match = /^v?(\d+)(\.\d+)?(\.\d+)?([-+].*)?$/.exec(text);
  if (!match) return undefined;
  const [, major, minor = ".0", patch = ".0", rest = ""] = match;
  return valid(`${major}${minor}${patch}${rest}`) ?? undefined;
}

/** Order of versions, older first; what is no version comes before all of them, in the order of its text. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [lenientVersion(a), lenientVersion(b)];
  if (left !== undefined && right !== undefined) return compare(left, right);
  if (left !== undefined) return 1;
  if (right !== undefined) return -1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Major and minor of a version, `[1, 36]`. */
export function majorMinor(text: string): readonly [number, number] | undefined {
  const version = lenientVersion(text);
  if (version === undefined) return undefined;
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return [major, minor];
}
