/** Longer words are no names that somebody mistyped. */
const LONGEST_WORD = 100;

/**
 * The candidate that a mistyped word most likely meant, or `undefined` when none is near.
 *
 * Near is an edit distance (insert, delete, replace, swap of neighbours, ignoring case) of at most a third of the word,
 * and less than the word: one letter is near to no other.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > LONGEST_WORD) return undefined;
  let best: { readonly candidate: string; readonly cost: number } | undefined;
  const limit = Math.min(word.length - 1, Math.max(1, Math.floor(word.length / 3)));
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) > limit) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    // Of two as near, letters in another order are likelier than one too many.
    const cost = distance + (candidate.length === word.length ? 0 : 0.5);
    if (distance <= limit && cost < (best?.cost ?? Number.POSITIVE_INFINITY)) best = { candidate, cost };
  }
  return best?.candidate;
}

/** `; did you mean "x"?`, or nothing. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const candidate = nearest(word, candidates);
  return candidate === undefined ? "" : `; did you mean "${candidate}"?`;
}

function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let value = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        value = Math.min(value, (beforeLast[j - 2] ?? 0) + 1);
      row.push(value);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
