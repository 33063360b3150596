/**
 * The random values that one instance has drawn: an input of rendering, beside the package and the parameters. Plain
 * data, and secret as a whole: it lies in the instance's index Secret and nowhere else.
 */
export interface RandomRecord {
  /** 32 secret bytes in hexadecimal: arguments are hashed with them, and new values are drawn from them. */
  readonly key: string;
  /** Results by call; `render/recordedRandom.ts` says how a call is named. */
  readonly values: Readonly<Record<string, string>>;
  /** By call, how many runs in a row could have used the value and did not; those in use are absent. */
  readonly unused?: Readonly<Record<string, number>>;
}

/** What one rendering did with the record that it was given. Plain data. */
export interface RandomUse {
  /** Templates that were executed. */
  readonly templates: readonly string[];
  /** The recorded values that it used, the new ones among them, by call. */
  readonly used: readonly string[];
  /** What has to be recorded before anything that was rendered is written. */
  readonly added: Readonly<Record<string, string>>;
}

/** The record with what a rendering added to it; the same record when that is nothing. */
export function withRandom(record: RandomRecord, { added }: RandomUse): RandomRecord {
  return Object.keys(added).length === 0 ? record : { ...record, values: { ...record.values, ...added } };
}

/** A rendering that drew nothing. */
export const NO_RANDOM: RandomUse = { templates: [], used: [], added: {} };

/** What two renderings did together. */
export function joinRandomUse(a: RandomUse, b: RandomUse): RandomUse {
  return {
    templates: [...new Set([...a.templates, ...b.templates])],
    used: [...new Set([...a.used, ...b.used])],
    added: { ...a.added, ...b.added },
  };
}

/** The texts that must not be shown: the values, and of certificates with their keys each by itself. */
export function secretTexts({ values }: Pick<RandomRecord, "values">): readonly string[] {
  return Object.values(values).flatMap((value) => [value, ...value.split(/(?<=-----END [A-Z ]+-----\n)/)]);
}
