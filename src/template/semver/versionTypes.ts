import { GoError, STRING } from "../goFunction.ts";
import {
  byteList,
  GoStruct,
  type GoValue,
  int64,
  SizedInt,
  type StructMethod,
  type StructType,
  wrapInt,
} from "../goValue.ts";
import { structParam } from "../structParam.ts";
import { compareVersions, type Version, versionText } from "./version.ts";

type Entry = readonly [string, StructMethod<Version>];

/** The library's generation: 1 counts in int64 and has most methods on the pointer, 3 in uint64 and on the value. */
type Generation = 1 | 3;

const ZERO: Version = { major: 0n, minor: 0n, patch: 0n, prerelease: "", metadata: "", original: "" };

/** `*semver.Version` as Sprig 2.22 has it. */
export const VERSION_1: StructType<Version> = pointerType(1);

/** `*semver.Version` as Sprig 3.3 has it, for numbers that 2.22 does not read. */
export const VERSION_3: StructType<Version> = pointerType(3);

function pointerType(generation: Generation): StructType<Version> {
  const isStringer = generation === 3;
  const value: StructType<Version> = {
    name: "semver.Version",
    kind: "struct",
    fields: new Map<string, never>(),
    get methods() {
      return valueMethods;
    },
    text: isStringer ? versionText : fieldsText,
    isStringer,
    layout: layoutOf(generation),
    equals: isSame,
    copy: () => GoStruct.of(value, ZERO),
    json: isStringer ? jsonText : () => "{}",
    yaml: isStringer ? versionText : () => "{}",
  };
  const steps = stepMethods(generation, (version) => GoStruct.of(value, version));
  const readers = readerMethods(generation);
  const valueMethods = new Map(isStringer ? [...steps, ...readers] : steps);
  const pointer: StructType<Version> = {
    ...value,
    name: "*semver.Version",
    kind: "ptr",
    methods: new Map([...steps, ...readers, ...pointerMethods(generation)]),
    text: versionText,
    isStringer: true,
    equals: (a, b) => a === b,
    copy: () => GoStruct.of(pointer, ZERO),
    json: jsonText,
  };
  return pointer;
}

function layoutOf(generation: Generation): ReadonlyMap<string, (version: Version) => GoValue> {
  return new Map<string, (version: Version) => GoValue>([
    ["major", ({ major }) => numberValue(major, generation)],
    ["minor", ({ minor }) => numberValue(minor, generation)],
    ["patch", ({ patch }) => numberValue(patch, generation)],
    ["pre", ({ prerelease }) => prerelease],
    ["metadata", ({ metadata }) => metadata],
    ["original", ({ original }) => original],
  ]);
}

function numberValue(value: bigint, generation: Generation): GoValue {
  if (generation === 1) return int64(wrapInt(value));
  const number = Number(value);
  return new SizedInt("uint64", Number.isSafeInteger(number) ? number : value);
}

function isSame(a: Version, b: Version): boolean {
  return a.original === b.original && versionText(a) === versionText(b);
}

/** How fmt writes a struct without a String method. */
function fieldsText({ major, minor, patch, prerelease, metadata, original }: Version): string {
  return `{${[major, minor, patch, prerelease, metadata, original].join(" ")}}`;
}

function jsonText(version: Version): string {
  return `"${versionText(version)}"`;
}

function getter(name: string, get: (version: Version) => GoValue): Entry {
  return [name, { params: [], call: get }];
}

function readerMethods(generation: Generation): readonly Entry[] {
  const text = (name: string, make: (version: Version) => string): Entry =>
    getter(name, (version) => byteList(make(version)));
  const common = [
    getter("String", versionText),
    getter("Major", ({ major }) => numberValue(major, generation)),
    getter("Minor", ({ minor }) => numberValue(minor, generation)),
    getter("Patch", ({ patch }) => numberValue(patch, generation)),
    getter("Prerelease", ({ prerelease }) => prerelease),
    getter("Metadata", ({ metadata }) => metadata),
    text("MarshalJSON", jsonText),
  ];
  return generation === 1
    ? common
    : [...common, text("MarshalText", versionText), getter("Value", versionText)];
}

function pointerMethods(generation: Generation): readonly Entry[] {
  const other = structParam("*semver.Version", "none");
  const compare = (name: string, judge: (order: number) => GoValue): Entry => [
    name,
    { params: [other], call: (version, [given]) => judge(compareVersions(version, versionIn(given))) },
  ];
  const common = [
    getter("Original", ({ original }) => original),
    compare("Compare", (order) => order),
    compare("Equal", (order) => order === 0),
    compare("LessThan", (order) => order < 0),
    compare("GreaterThan", (order) => order > 0),
  ];
  if (generation === 1) return common;
  return [
    ...common,
    compare("LessThanEqual", (order) => order <= 0),
    compare("GreaterThanEqual", (order) => order >= 0),
  ];
}

function versionIn(value: GoValue): Version {
  if (value instanceof GoStruct) return value.value as Version;
  throw new GoError("runtime error: invalid memory address or nil pointer dereference");
}

/** The methods that make another version. */
function stepMethods(generation: Generation, make: (version: Version) => GoValue): readonly Entry[] {
  const increment = (value: bigint): bigint =>
    generation === 1 ? BigInt.asIntN(64, value + 1n) : BigInt.asUintN(64, value + 1n);
  const step = (name: string, next: (version: Version) => Version): Entry =>
    getter(name, (version) =>
      make(withOriginal(next({ ...version, prerelease: "", metadata: "" }), version)),
    );
  const setter = (part: "prerelease" | "metadata", method: string, name: string): Entry => [
    method,
    {
      params: [STRING],
      call: (version, [text]) => {
        const value = text as string;
        if (!/^(?:[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/.test(value)) {
          throw new GoError(`Invalid ${name} string`);
        }
        return make(withOriginal({ ...version, [part]: value }, version));
      },
    },
  ];
  return [
    [
      "IncPatch",
      {
        params: [],
        call: (version) => {
          const { prerelease, patch } = version;
          const next = { ...version, prerelease: "", metadata: "" };
          return make(
            withOriginal({ ...next, patch: prerelease === "" ? increment(patch) : patch }, version),
          );
        },
      },
    ],
    step("IncMinor", (version) => ({ ...version, patch: 0n, minor: increment(version.minor) })),
    step("IncMajor", (version) => ({ ...version, patch: 0n, minor: 0n, major: increment(version.major) })),
    setter("prerelease", "SetPrerelease", "Prerelease"),
    setter("metadata", "SetMetadata", "Metadata"),
  ];
}

/** A `v` in front stays. */
function withOriginal(version: Version, before: Version): Version {
  return { ...version, original: (before.original.startsWith("v") ? "v" : "") + versionText(version) };
}
