import { rfc3339 } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import { asList, asObject, asString, deepEqual, type JsonObject, type JsonValue } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { cloneJson, type Draft, draftOf, type ObjectDraft, sealed } from "../draft.ts";
import type { ResourceType } from "../registry/resourceType.ts";
import { StatusError } from "../statusError.ts";
import type { ClusterState, WriteOptions } from "../verbs/clusterState.ts";
import { createObject } from "../verbs/createObject.ts";
import { type DeleteOptions, deleteObject } from "../verbs/deleteObject.ts";
import { replaceObject } from "../verbs/updateObject.ts";
import type { EventRecorder } from "./eventRecorder.ts";

/** How fast the sandbox's machines work, in milliseconds. */
export interface SandboxSpeed {
  /** From a change to the controllers' reaction. */
  readonly reactionMs: number;
  /** From the start of a pod to ready. */
  readonly podStartMs: number;
  /** From the start of a Job's pod to its end. */
  readonly podRunMs: number;
  /** From the deletion of a pod to its end. */
  readonly podStopMs: number;
}

/**
 * What controllers write with: the verbs of the API under one manager, objects addressed by storage key.
 *
 * A write that is refused answers `undefined`. A lost race (404, 409) needs no more: the controller hears of the change
 * and looks again; every other refusal is logged.
 */
export class ControllerClient {
  readonly state: ClusterState;
  readonly speed: SandboxSpeed;
  readonly #events: EventRecorder;
  readonly #logger: Logger;
  readonly #manager: string;

  constructor(
    state: ClusterState,
    speed: SandboxSpeed,
    events: EventRecorder,
    logger: Logger,
    manager = "kube-controller-manager",
  ) {
    this.state = state;
    this.speed = speed;
    this.#events = events;
    this.#logger = logger;
    this.#manager = manager;
  }

  /** The same client under another manager. */
  as(manager: string): ControllerClient {
    return new ControllerClient(this.state, this.speed, this.#events, this.#logger, manager);
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.state.clock.now();
  }

  /** RFC 3339 of now. */
  time(): string {
    return rfc3339(this.now());
  }

  get(storageKey: string, namespace: string, name: string): KubeObject | undefined {
    return this.state.store.get(storageKey, namespace, name);
  }

  list(storageKey: string, namespace?: string): readonly KubeObject[] {
    return this.state.store.collection(storageKey).list(namespace);
  }

  /** Objects of a kind whose controller is this one. */
  controlled(owner: KubeObject, storageKey: string): readonly KubeObject[] {
    return this.state.store
      .dependentsOf(owner.metadata.uid ?? "")
      .filter((place) => place.storageKey === storageKey)
      .flatMap(({ namespace, name }) => this.get(storageKey, namespace, name) ?? [])
      .filter((object) => controllerOf(object)?.uid === owner.metadata.uid);
  }

  /** @param onRefused  hears the server's message when the object may not be created */
  create(
    storageKey: string,
    namespace: string,
    object: JsonObject,
    onRefused?: (message: string) => void,
  ): KubeObject | undefined {
    return this.#attempt(
      () => createObject(this.state, this.#type(storageKey), namespace, object, this.#options()).object,
      onRefused,
    );
  }

  /** Changes a live object in place of a draft of it; no write when the draft stays as it was. */
  change(
    storageKey: string,
    live: KubeObject,
    edit: (draft: ObjectDraft) => void,
    subresource = "",
  ): KubeObject | undefined {
    const draft = draftOf(live);
    edit(draft);
    if (deepEqual(draft, live)) return live;
    const { namespace = "", name = "" } = live.metadata;
    const target = { type: this.#type(storageKey), namespace, name, subresource };
    return this.#attempt(() => {
      const current = this.get(storageKey, namespace, name);
      if (!current) return undefined;
      return replaceObject(this.state, target, current, sealed(draft), this.#options()).object;
    });
  }

  /** Writes a status when it differs from the live one. */
  setStatus(storageKey: string, live: KubeObject, status: JsonObject): KubeObject | undefined {
    return this.change(
      storageKey,
      live,
      (draft) => {
        draft.status = cloneJson(status) as Draft;
      },
      "status",
    );
  }

  delete(storageKey: string, object: KubeObject, options: Partial<DeleteOptions> = {}): void {
    const { namespace = "", name = "", uid } = object.metadata;
    this.#attempt(() =>
      deleteObject(this.state, this.#type(storageKey), namespace, name, {
        dryRun: false,
        ...(uid === undefined ? {} : { uid }),
        ...options,
      }),
    );
  }

  /** Emits an Event about an object. */
  event(
    about: KubeObject,
    type: "Normal" | "Warning",
    reason: string,
    message: string,
    component: string,
  ): void {
    this.#events.record(this.state, { about, type, reason, message, component });
  }

  #options(): WriteOptions {
    return { manager: this.#manager, dryRun: false, fieldValidation: "Ignore" };
  }

  #type(storageKey: string): ResourceType {
    const type = this.state.registry.byStorageKey(storageKey);
    if (!type) throw new TypeError(`${storageKey} is not served`);
    return type;
  }

  #attempt<T>(write: () => T, onRefused?: (message: string) => void): T | undefined {
    try {
      return write();
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      if (onRefused) onRefused(error.message);
      else if (error.httpCode !== 404 && error.httpCode !== 409) {
        this.#logger.warn({ manager: this.#manager, status: error.body }, "sandbox controller was refused");
      }
      return undefined;
    }
  }
}

/** The one owner reference that controls. */
export function controllerOf({ metadata }: KubeObject): JsonObject | undefined {
  return asList(metadata.ownerReferences)
    .map(asObject)
    .find((owner) => owner.controller === true);
}

/** A controlling owner reference to an object. */
export function ownedBy({ apiVersion, kind, metadata }: KubeObject): JsonObject {
  return {
    apiVersion,
    kind,
    name: metadata.name ?? "",
    uid: metadata.uid ?? "",
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** A condition list with one condition set; times move only when its status does. */
export function withCondition(
  conditions: JsonValue | undefined,
  condition: { readonly type: string; readonly status: string; readonly [key: string]: JsonValue },
  time: string,
  touch: Readonly<Record<string, JsonValue>> = {},
): readonly JsonObject[] {
  const list = asList(conditions).map(asObject);
  const at = list.findIndex(({ type }) => type === condition.type);
  const known = list[at];
  const changed = known?.status !== condition.status;
  const next: JsonObject = {
    ...known,
    ...condition,
    ...(changed || sameBut(known, condition) ? {} : touch),
    ...(changed ? { ...touch, lastTransitionTime: time } : {}),
  };
  return at < 0 ? [...list, next] : list.with(at, next);
}

function sameBut(known: JsonObject | undefined, next: JsonObject): boolean {
  return known !== undefined && Object.entries(next).every(([key, value]) => deepEqual(known[key], value));
}

/** Status of a condition: `True`, `False`, `Unknown`; `undefined` when it is not there. */
export function conditionOf(object: KubeObject, type: string): string | undefined {
  const conditions = asList(asObject(object.status).conditions).map(asObject);
  return asString(conditions.find((condition) => condition.type === type)?.status);
}
