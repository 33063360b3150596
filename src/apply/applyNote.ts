import type { ObjectRef } from "../object/objectRef.ts";
import type { InstanceIdentity } from "../object/ownership.ts";

/** A fact about an object that people should hear of: becomes an Event, a log line, a note in the status. */
export type ApplyNote =
  /** Fields of other managers were taken by force; `fields` are the server's paths, `.spec.replicas`. */
  | {
      readonly kind: "conflictForced";
      readonly ref: ObjectRef;
      readonly managers: readonly string[];
      readonly fields: readonly string[];
    }
  /** A stranger's object is managed from now on, never pruned. */
  | { readonly kind: "adopted"; readonly ref: ObjectRef; readonly managers: readonly string[] }
  /** The entry of kubectl or KUDO in managedFields became ours. */
  | { readonly kind: "takenOver"; readonly ref: ObjectRef; readonly maker: string }
  /** A cluster-scoped object that other instances own too. */
  | { readonly kind: "shared"; readonly ref: ObjectRef; readonly owners: readonly InstanceIdentity[] }
  /** We let go of an object that stays: adopted, or owned by the instances listed. */
  | { readonly kind: "released"; readonly ref: ObjectRef; readonly owners: readonly InstanceIdentity[] }
  | { readonly kind: "deleted"; readonly ref: ObjectRef }
  /** Deleted, to be created with other content: `fields` (`spec.template`) cannot be changed. */
  | { readonly kind: "recreated"; readonly ref: ObjectRef; readonly fields: readonly string[] }
  /** Not deleted until a person confirms. */
  | { readonly kind: "held"; readonly ref: ObjectRef; readonly reason: string }
  | { readonly kind: "warning"; readonly ref: ObjectRef; readonly message: string };
