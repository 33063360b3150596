import type { JsonValue } from "../object/json.ts";

/** One field that differs. Values of Secrets are masked before they get here. */
export interface FieldDrift {
  /** RFC 6901 pointer into the object, `/spec/replicas`. */
  readonly pointer: string;
  /** Absent when Git does not have the field (a removed ownership mark, say). */
  readonly desired?: JsonValue;
  /** Absent when the live object does not have the field. */
  readonly live?: JsonValue;
  /** Who wrote the live value, from managedFields; null when Kubernetes does not know. */
  readonly manager: string | null;
  /** That manager's last write, RFC 3339; null when Kubernetes does not know. */
  readonly time: string | null;
  /** When our watch saw it, RFC 3339. */
  readonly seenAt: string;
}

/** One object that is not as we left it. */
export interface ObjectDrift {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly change: "changed" | "missing";
  /** Of a missing object: when our watch told that it is gone, RFC 3339. Fields tell for themselves. */
  readonly seenAt?: string;
  /** Sorted by pointer; empty when the object is missing. */
  readonly fields: readonly FieldDrift[];
}

/** What drifted of one instance, as `GET …/drift` answers it. */
export interface DriftReport {
  readonly state: "InSync" | "Drifted" | "Unknown";
  readonly checkedAt: string | null;
  readonly objects: readonly ObjectDrift[];
}
