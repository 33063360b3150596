/** A place's offset from UTC at some moment. */
export interface ZoneMoment {
  /** Abbreviation, such as `CET`; a byte string, may be empty. */
  readonly name: string;
  /** Seconds east of UTC. */
  readonly offset: number;
}

/** Go's time.Location; two are the same only when they are the same object. */
export interface Zone {
  /** A byte string. */
  readonly name: string;
  /** @param unix  seconds since 1970 UTC */
  readonly at: (unix: bigint) => ZoneMoment;
}

const UTC_MOMENT: ZoneMoment = { name: "UTC", offset: 0 };

/** Also what Go's Local is here. */
export const UTC: Zone = { name: "UTC", at: () => UTC_MOMENT };

/** Zones without a name of so many whole hours; Go has but one of each. */
const WHOLE_HOURS: readonly Zone[] = Array.from({ length: 27 }, (_, index) =>
  makeFixedZone("", (index - 12) * 3600),
);

/** A zone that always has the same offset. */
export function fixedZone(name: string, offset: number): Zone {
  const hour = offset / 3600;
  return (name === "" ? WHOLE_HOURS[hour + 12] : undefined) ?? makeFixedZone(name, offset);
}

function makeFixedZone(name: string, offset: number): Zone {
  const moment: ZoneMoment = { name, offset };
  return { name, at: () => moment };
}
