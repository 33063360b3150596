import {
  ANY,
  type CallContext,
  fn,
  GoError,
  type GoFunction,
  type GoFunctions,
  INT,
  LimitError,
  variadic,
} from "../goFunction.ts";
import {
  compareBytes,
  GoList,
  GoMap,
  type GoValue,
  INTERFACE,
  type Int,
  isTruthy,
  kindOf,
  listOf,
  stringsOf,
} from "../goValue.ts";
import { valueText } from "../print.ts";
import { castToInt64, toInt64, toStrings } from "./conversion.ts";
import { deepEquals } from "./reflection.ts";

const makeList = variadic([], ANY, (values) => listOf(values));

const append = fn([ANY, ANY], ([list, value]) => listOf([...itemsOf(list, "Cannot push on type"), value]));
const prepend = fn([ANY, ANY], ([list, value]) =>
  listOf([value, ...itemsOf(list, "Cannot prepend on type")]),
);
const first = fn([ANY], ([list]) => itemsOf(list, "Cannot find first on type")[0] ?? null);
const last = fn([ANY], ([list]) => itemsOf(list, "Cannot find last on type").at(-1) ?? null);
const rest = fn([ANY], ([list]) => orNil(itemsOf(list, "Cannot find rest on type"), 1, 0));
const initial = fn([ANY], ([list]) => orNil(itemsOf(list, "Cannot find initial on type"), 0, 1));
const reverse = fn([ANY], ([list]) => listOf(itemsOf(list, "Cannot find reverse on type").toReversed()));
const compact = fn([ANY], ([list]) => listOf(itemsOf(list, "Cannot compact on type").filter(isTruthy)));
const uniq = fn([ANY], ([list], context) =>
  listOf(unique(itemsOf(list, "Cannot find uniq on type"), context)),
);
const without = variadic([ANY], ANY, ([list, ...omitted], context) =>
  listOf(
    itemsOf(list, "Cannot find without on type").filter((item) => {
      context.charge(COMPARE_WORK * omitted.length);
      return !isIn(omitted, item);
    }),
  ),
);
const has = fn([ANY, ANY], ([needle, list]) => {
  if (list === null || list === undefined) return false;
  return isIn(itemsOf(list, "Cannot find has on type"), needle);
});
const slice = variadic([ANY], ANY, ([list, ...indexes]) => sliceOf(list, indexes.map(toInt64)));
const mustSlice = variadic([ANY], ANY, ([list, ...indexes]) => sliceOf(list, indexes.map(castToInt64)));
const chunk = fn([INT, ANY], ([size, list]) => chunks(Number(size), itemsOf(list, "Cannot chunk type")));

/** Sprig's functions on lists; those with `must` say the same, since an error ends the template either way. */
export const LIST_FUNCTIONS: GoFunctions = new Map<string, GoFunction>([
  ["list", makeList],
  ["tuple", makeList],
  ["append", append],
  ["mustAppend", append],
  ["push", append],
  ["mustPush", append],
  ["prepend", prepend],
  ["mustPrepend", prepend],
  ["first", first],
  ["mustFirst", first],
  ["last", last],
  ["mustLast", last],
  ["rest", rest],
  ["mustRest", rest],
  ["initial", initial],
  ["mustInitial", initial],
  ["reverse", reverse],
  ["mustReverse", reverse],
  ["compact", compact],
  ["mustCompact", compact],
  ["uniq", uniq],
  ["mustUniq", uniq],
  ["without", without],
  ["mustWithout", without],
  ["has", has],
  ["mustHas", has],
  ["slice", slice],
  ["mustSlice", mustSlice],
  ["chunk", chunk],
  ["mustChunk", chunk],
  ["concat", variadic([], ANY, (lists) => concat(lists))],
  ["sortAlpha", fn([ANY], ([value]) => sortAlpha(value))],
  ["seq", variadic([], INT, (numbers, context) => sequence(numbers.map(Number), context))],
]);

/** The elements of a list; Sprig's panic for anything else. */
function itemsOf(value: GoValue, complaint: string): readonly GoValue[] {
  if (value instanceof GoList) return value.items;
  if (value === null || value === undefined) {
    throw new GoError("runtime error: invalid memory address or nil pointer dereference");
  }
  throw new GoError(`${complaint} ${kindOf(value)}`);
}

/** All but some at the start and at the end; a nil list of an empty one. */
function orNil(items: readonly GoValue[], start: number, end: number): GoList {
  if (items.length === 0) return new GoList(INTERFACE, [], true);
  return listOf(items.slice(start, items.length - end));
}

function isIn(items: readonly GoValue[], value: GoValue): boolean {
  return items.some((item) => deepEquals(value, item));
}

/** Units of work to make one number of a sequence. */
const SEQUENCE_WORK = 32;
/** Units of work to find two plain values different. */
const COMPARE_WORK = 8;

function unique(items: readonly GoValue[], context: CallContext): readonly GoValue[] {
  const kept: GoValue[] = [];
  for (const item of items) {
    const parts = item instanceof GoList ? item.items.length : item instanceof GoMap ? item.size : 0;
    context.charge(COMPARE_WORK * kept.length * (1 + parts));
    if (!isIn(kept, item)) kept.push(item);
  }
  return kept;
}

function sliceOf(list: GoValue, indexes: readonly Int[]): GoValue {
  const items = itemsOf(list, "list should be type of slice or array but");
  if (items.length === 0) return null;
  const from = Number(indexes[0] ?? 0);
  const to = indexes.length < 2 ? items.length : Number(indexes[1]);
  if (from < 0 || to < from || to > items.length) {
    throw new GoError("reflect.Value.Slice: slice index out of bounds");
  }
  return new GoList(list instanceof GoList ? list.element : INTERFACE, items.slice(from, to));
}

function chunks(size: number, items: readonly GoValue[]): GoValue {
  const count = Math.floor((items.length - 1) / size) + 1;
  const isBad = size === 0 || count < 0 || (size < 0 && count > 0 && items.length % size === 0);
  if (isBad) throw new GoError("runtime error: makeslice: len out of range");
  const lists: GoValue[] = [];
  if (size < 0) return new GoList(`[]${INTERFACE}`, count === 0 ? [] : [listOf(items)]);
  for (let at = 0; at < items.length; at += size) lists.push(listOf(items.slice(at, at + size)));
  return new GoList(`[]${INTERFACE}`, lists);
}

function concat(lists: readonly GoValue[]): GoList {
  const items: GoValue[] = [];
  for (const list of lists) {
    if (list instanceof GoList) for (const item of list.items) items.push(item);
    else if (list === null || list === undefined) itemsOf(list, "");
    else throw new GoError(`Cannot concat type ${kindOf(list)} as list`);
  }
  return new GoList(INTERFACE, items, items.length === 0);
}

function sortAlpha(value: GoValue): GoList {
  if (!(value instanceof GoList)) return stringsOf([valueText(value)]);
  return stringsOf([...toStrings(value)].sort(compareBytes));
}

/** `seq end`, `seq start end`, `seq start step end`: the numbers with spaces between. */
function sequence(numbers: readonly number[], context: CallContext): string {
  const [a = 0, b = 0, c = 0] = numbers;
  if (numbers.length === 0 || numbers.length > 3) return "";
  const start = numbers.length === 1 ? 1 : a;
  const end = numbers.length === 1 ? a : numbers.length === 2 ? b : c;
  const sign = end < start ? -1 : 1;
  const step = numbers.length === 3 ? b : sign;
  if (step === 0 || Math.sign(step) !== sign) return "";
  const count = Math.max(0, Math.ceil((end + sign - start) / step));
  const limit = context.limits.valueSize;
  if (2 * count - 1 > limit) throw new LimitError(`a value is larger than ${limit}`, "valueSize");
  context.charge(SEQUENCE_WORK * count);
  return Array.from({ length: count }, (_, index) => start + index * step).join(" ");
}
