import type { KubeObject } from "../../object/kubeObject.ts";

/** A change of one object. `previous` is absent for ADDED; `object` of DELETED is the last state with a new version. */
export interface StoreEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly version: number;
  readonly object: KubeObject;
  readonly previous?: KubeObject;
}

/** Is called in the same turn as the write; must not write itself. */
export type Listener = (event: StoreEvent) => void;

/**
 * The objects of one resource, by namespace and name, with their latest changes.
 *
 * Lists come sorted by namespace and name. Changes older than `historyLimit` are forgotten: a watch or an exact list
 * from before is answered by 410.
 */
export class Collection {
  #namespaces = new Map<string, Map<string, KubeObject>>();
  #sorted = new Map<string, readonly KubeObject[]>();
  #history: StoreEvent[] = [];
  #forgottenUpTo: number;
  #listeners = new Map<Listener, () => void>();
  #historyLimit: number;

  constructor(createdAt: number, historyLimit: number) {
    this.#forgottenUpTo = createdAt;
    this.#historyLimit = historyLimit;
  }

  get(namespace: string, name: string): KubeObject | undefined {
    return this.#namespaces.get(namespace)?.get(name);
  }

  /** All objects, or those of one namespace; the array must not be changed. */
  list(namespace?: string): readonly KubeObject[] {
    if (namespace !== undefined) return this.#listNamespace(namespace);
    const names = [...this.#namespaces.keys()].sort();
    const only = names.length === 1 ? names[0] : undefined;
    if (only !== undefined) return this.#listNamespace(only);
    return names.flatMap((name) => this.#listNamespace(name));
  }

  get size(): number {
    let size = 0;
    for (const objects of this.#namespaces.values()) size += objects.size;
    return size;
  }

  /** Records a change and tells the listeners. */
  record(event: StoreEvent): void {
    const { namespace = "", name = "" } = event.object.metadata;
    this.#resort(namespace, name, event);
    const objects = this.#namespaces.get(namespace) ?? new Map<string, KubeObject>();
    if (event.type === "DELETED") {
      objects.delete(name);
      if (objects.size === 0) this.#namespaces.delete(namespace);
    } else {
      objects.set(name, event.object);
      this.#namespaces.set(namespace, objects);
    }
    this.#remember(event);
    for (const listener of [...this.#listeners.keys()]) listener(event);
  }

  /** Changes after `version`, oldest first; `undefined` when some of them are forgotten. */
  since(version: number): readonly StoreEvent[] | undefined {
    if (version < this.#forgottenUpTo) return undefined;
    let low = 0;
    let high = this.#history.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#history[middle]?.version ?? 0) <= version) low = middle + 1;
      else high = middle;
    }
    return this.#history.slice(low);
  }

  /** The list as it was at `version`; `undefined` when that is forgotten. */
  listAt(version: number, namespace?: string): readonly KubeObject[] | undefined {
    const changes = this.since(version);
    if (!changes) return undefined;
    if (changes.length === 0) return this.list(namespace);
    const then = new Map<string, KubeObject>();
    const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ""}/${metadata.name ?? ""}`;
    for (const object of this.list(namespace)) then.set(keyOf(object), object);
    for (const event of changes.toReversed()) {
      const key = keyOf(event.object);
      if (event.previous) then.set(key, event.previous);
      else then.delete(key);
    }
    return [...then.values()]
      .filter(({ metadata }) => namespace === undefined || (metadata.namespace ?? "") === namespace)
      .sort(compareObjects);
  }

  /**
   * @param onClosed  called when the collection is served no more
   * @returns a function that ends the subscription
   */
  subscribe(listener: Listener, onClosed: () => void): () => void {
    this.#listeners.set(listener, onClosed);
    return () => this.#listeners.delete(listener);
  }

  /** Ends all subscriptions. */
  close(): void {
    for (const onClosed of [...this.#listeners.values()]) onClosed();
    this.#listeners.clear();
  }

  #listNamespace(namespace: string): readonly KubeObject[] {
    const known = this.#sorted.get(namespace);
    if (known) return known;
    const objects = this.#namespaces.get(namespace);
    if (!objects) return [];
    const sorted = [...objects.values()].sort(compareObjects);
    this.#sorted.set(namespace, sorted);
    return sorted;
  }

  /** Keeps a sorted list that was asked for in step; lists that were handed out stay as they are. */
  #resort(namespace: string, name: string, event: StoreEvent): void {
    const sorted = this.#sorted.get(namespace);
    if (!sorted) return;
    const at = positionOf(sorted, name);
    const isThere = sorted[at]?.metadata.name === name;
    if (event.type === "DELETED") {
      if (isThere) this.#sorted.set(namespace, sorted.toSpliced(at, 1));
      if (sorted.length === 1 && isThere) this.#sorted.delete(namespace);
    } else {
      this.#sorted.set(namespace, sorted.toSpliced(at, isThere ? 1 : 0, event.object));
    }
  }

  #remember(event: StoreEvent): void {
    this.#history.push(event);
    if (this.#history.length < this.#historyLimit * 2) return;
    const dropped = this.#history.length - this.#historyLimit;
    this.#forgottenUpTo = this.#history[dropped - 1]?.version ?? this.#forgottenUpTo;
    this.#history.splice(0, dropped);
  }
}

/** Index of a name in a list of one namespace, or of where it belongs. */
function positionOf(sorted: readonly KubeObject[], name: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.metadata.name ?? "") < name) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compareObjects(a: KubeObject, b: KubeObject): number {
  return (
    compareText(a.metadata.namespace ?? "", b.metadata.namespace ?? "") ||
    compareText(a.metadata.name ?? "", b.metadata.name ?? "")
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
