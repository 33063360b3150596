import { isJsonObject, type JsonValue } from "../../object/json.ts";
import { DEDUCED, type FieldType, type MapType } from "../schema/fieldType.ts";

/** A value, or its absence; `null` is a value. */
export type Maybe = JsonValue | undefined;

/** The type cut down to the shape that a value has; unchanged for null, absence, and a value of a wrong shape. */
export function narrowType(type: FieldType, value: Maybe): FieldType {
  if (value === undefined || value === null) return type;
  if (Array.isArray(value)) return type.list ? { list: type.list } : type;
  if (isJsonObject(value)) return type.map ? { map: type.map } : type;
  return type.scalar ? { scalar: type.scalar } : type;
}

/** The shapes under which two values are walked: one, or two when the shape of the value changes. */
export function shapesFor(type: FieldType, left: Maybe, right: Maybe): readonly FieldType[] {
  const ofLeft = narrowType(type, left);
  const ofRight = narrowType(type, right);
  if (right === undefined) return [ofLeft];
  if (left === undefined || haveSameShapes(ofLeft, ofRight)) return [ofRight];
  return [ofLeft, ofRight];
}

function haveSameShapes(a: FieldType, b: FieldType): boolean {
  return a.map === b.map && a.list === b.list && a.scalar === b.scalar;
}

/** Type of a member; anything goes where the schema is silent. */
export function memberType(map: MapType, name: string): FieldType {
  return map.fields.get(name)?.type ?? map.element ?? DEDUCED;
}

/** The value when it is a list. */
export function listOrNothing(value: Maybe): readonly JsonValue[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/** The value when it is a map. */
export function mapOrNothing(value: Maybe): Readonly<Record<string, JsonValue>> | undefined {
  return isJsonObject(value) ? (value as Record<string, JsonValue>) : undefined;
}

/** The value of a member that is a member of the mapping itself. */
export function ownMember(map: Readonly<Record<string, JsonValue>> | undefined, name: string): Maybe {
  return map && Object.hasOwn(map, name) ? map[name] : undefined;
}

/** Names of the members that either mapping has, each once. */
export function memberNames(
  left: Readonly<Record<string, JsonValue>> | undefined,
  right: Readonly<Record<string, JsonValue>> | undefined,
): ReadonlySet<string> {
  return new Set([...Object.keys(left ?? {}), ...Object.keys(right ?? {})]);
}
