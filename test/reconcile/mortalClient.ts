import type { ClusterClient } from "../../src/cluster/clusterClient.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";
import { type ObjectRef, refOf } from "../../src/object/objectRef.ts";

/** A write that reached the server. */
export interface Write {
  readonly verb: "create" | "update" | "apply" | "patch" | "delete";
  readonly ref: ObjectRef;
  /** Of `create`, `update` and `apply`. */
  readonly object?: KubeObject;
  readonly subresource?: string;
}

/** When the process dies: before its n-th write leaves it, or after that was carried out and before the answer. */
export interface Death {
  readonly at: number;
  readonly when: "before" | "after";
}

/** The client of a process that dies at one of its writes; afterwards nothing leaves it, and nothing reaches it. */
export interface MortalClient {
  readonly client: ClusterClient;
  /** Those that the server carried out, in the order in which they were sent. */
  readonly writes: Write[];
  /** Resolves at the death; never when the process lives on. */
  readonly died: Promise<Write>;
  readonly isDead: () => boolean;
}

/** Sees one namespace alone, counts writes, and dies at one of them. Dry runs are no writes. */
export function mortalClient(client: ClusterClient, namespace: string, death?: Death): MortalClient {
  const writes: Write[] = [];
  const { promise: died, resolve } = Promise.withResolvers<Write>();
  let count = 0;
  let dead = false;

  const cutOff = (): Error => new DOMException("the process is no more", "AbortError");
  const alive = async <T>(work: () => Promise<T>): Promise<T> => {
    if (dead) throw cutOff();
    const answer = await work();
    if (dead) throw cutOff();
    return answer;
  };
  const write = <T>(made: Write, work: () => Promise<T>): Promise<T> =>
    alive(async () => {
      const isLast = ++count === death?.at;
      if (isLast && death?.when === "before") {
        dead = true;
        resolve(made);
        throw cutOff();
      }
      writes.push(made);
      const outcome = await work().then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      );
      if (isLast) {
        dead = true;
        resolve(made);
      }
      if ("error" in outcome) throw outcome.error;
      return outcome.value;
    });

  return {
    writes,
    died,
    isDead: () => dead,
    client: {
      resource: (...args) => alive(() => client.resource(...args)),
      get: (...args) => alive(() => client.get(...args)),
      getJson: (...args) => alive(() => client.getJson(...args)),
      exec: (...args) => alive(() => client.exec(...args)),
      list: (type, options) => alive(() => client.list(type, { namespace, ...options })),
      log: (...args) => client.log(...args),
      async *watch(type, options) {
        if (dead) throw cutOff();
        for await (const event of client.watch(type, { namespace, ...options })) {
          if (dead) throw cutOff();
          yield event;
        }
      },
      create: (object, options) =>
        write({ verb: "create", ref: refOf(object), object }, () => client.create(object, options)),
      update: (object, options) =>
        write({ verb: "update", ref: refOf(object), object }, () => client.update(object, options)),
      apply: (object, options) =>
        options.dryRun
          ? alive(() => client.apply(object, options))
          : write({ verb: "apply", ref: refOf(object), object }, () => client.apply(object, options)),
      patch: (ref, type, body, options) =>
        options?.dryRun
          ? alive(() => client.patch(ref, type, body, options))
          : write(
              { verb: "patch", ref, ...(options?.subresource && { subresource: options.subresource }) },
              () => client.patch(ref, type, body, options),
            ),
      delete: (ref, options) => write({ verb: "delete", ref }, () => client.delete(ref, options)),
    },
  };
}
