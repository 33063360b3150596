import fc from "fast-check";
import { expect, test } from "vitest";
import { ObjectStore } from "../../src/sandbox/store/objectStore.ts";

const write = fc.record({
  name: fc.constantFrom("a", "b", "c", "d"),
  namespace: fc.constantFrom("x", "y"),
  kind: fc.constantFrom("put", "delete", "list"),
  owner: fc.constantFrom("o", "p", undefined),
});

test("lists stay sorted and complete, old ones can be told again, and indexes agree", () => {
  fc.assert(
    fc.property(fc.array(write, { maxLength: 60 }), (writes) => {
      const store = new ObjectStore({ historyLimit: 1000 });
      const expected = new Map<string, string>();
      const moments: { version: number; keys: readonly string[] }[] = [];
      const keys = (list: ReturnType<ReturnType<ObjectStore["collection"]>["list"]>) =>
        list.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
      for (const { name, namespace, kind, owner } of writes) {
        const live = store.get("k", namespace, name);
        const metadata = {
          name,
          namespace,
          uid: `${namespace}${name}`,
          ...(owner === undefined ? {} : { ownerReferences: [{ uid: owner }] }),
        };
        const object = { apiVersion: "v1", kind: "K", metadata };
        if (kind === "put") {
          if (live) store.update("k", object, live);
          else store.create("k", object);
          expected.set(`${namespace}/${name}`, owner ?? "");
        } else if (kind === "delete" && live) {
          store.delete("k", live);
          expected.delete(`${namespace}/${name}`);
        } else {
          expect(keys(store.collection("k").list())).toEqual([...expected.keys()].sort());
        }
        moments.push({ version: store.version, keys: [...expected.keys()].sort() });
      }
      for (const { version, keys: then } of moments) {
        expect(keys(store.collection("k").listAt(version) ?? [])).toEqual(then);
      }
      const ownedBy = (owner: string): readonly string[] =>
        [...expected].flatMap(([key, value]) => (value === owner ? [key] : [])).sort();
      for (const owner of ["o", "p"]) {
        const places = store.dependentsOf(owner).map(({ namespace, name }) => `${namespace}/${name}`);
        expect([...places].sort()).toEqual(ownedBy(owner));
      }
      const unowned = [...store.unowned("k", "x"), ...store.unowned("k", "y")];
      expect([...keys(unowned)].sort()).toEqual(ownedBy(""));
    }),
  );
});
