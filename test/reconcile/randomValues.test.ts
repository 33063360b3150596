import { describe, expect, test } from "vitest";
import { asList, asObject, valueAt } from "../../src/object/json.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";
import { flakyClient } from "./flakyClient.ts";
import type { Death, Write } from "./mortalClient.ts";
import {
  createInstance,
  type Hardship,
  live,
  patchInstance,
  publish,
  readIndex,
  readInstance,
  reconcileWorld,
  until,
  untilComplete,
} from "./reconcileWorld.ts";
import { configMapText, operatorFiles, type SmallOperator } from "./smallOperator.ts";

const world = reconcileWorld();

const SECRET = `apiVersion: v1
kind: Secret
metadata: { name: "{{ .Name }}" }
stringData: { admin: "{{ randAlphaNum 20 }}" }
`;

const DATABASE = `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: "{{ .Name }}" }
spec:
  serviceName: "{{ .Name }}"
  replicas: {{ .Params.SIZE }}
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec:
      containers:
        - name: db
          image: db
          env: [{ name: PASSWORD, value: "{{ randAlphaNum 24 }}" }]
`;

/** A Secret and a StatefulSet, each with a password; a plan that renders the Secret alone. */
const DB: SmallOperator = {
  name: "db",
  parameters: [
    { name: "SIZE", type: "integer", default: 1 },
    { name: "EXTRA", type: "boolean", default: true, trigger: "toggle" },
  ],
  tasks: { secret: ["secret.yaml"], db: ["db.yaml"] },
  plans: { deploy: [["secret"], ["db"]], backup: [["secret"]] },
  templates: { "secret.yaml": SECRET, "db.yaml": DATABASE },
};

const withTemplates = (templates: Readonly<Record<string, string>>, operator = DB): SmallOperator => ({
  ...operator,
  templates: { ...operator.templates, ...templates },
});

test("a password survives an update, a restart, moved lines, other calls above it and an upgrade", async () => {
  const namespace = await deployed(DB);
  let life = await live(world, namespace);
  const first = await passwords(namespace);
  expect(first.database).toMatch(/^[A-Za-z0-9]{24}$/);
  expect(first.admin).toMatch(/^[A-Za-z0-9]{20}$/);

  let uid = await runs(namespace);
  const change = async (what: () => Promise<unknown>): Promise<void> => {
    await what();
    await untilComplete(world.client, namespace, "db", "deploy", (next) => next !== uid);
    uid = await runs(namespace);
    expect(await passwords(namespace)).toEqual(first);
  };
  await change(() => patchInstance(world.client, namespace, "db", { spec: { parameters: { SIZE: "2" } } }));
  await life.stop();
  life = await live(world, namespace);
  await change(() => patchInstance(world.client, namespace, "db", { spec: { parameters: { SIZE: "1" } } }));
  const moved = withTemplates({ "db.yaml": `# a database\n\n{{/* of ours */}}\n${DATABASE}` });
  await change(() => publish(world.client, namespace, operatorFiles(moved)));
  const above = withTemplates({
    "db.yaml": `# {{ randAlphaNum 8 }} {{ randAlpha 24 }}\n${DATABASE}`,
    "secret.yaml": SECRET.replace("admin:", 'user: "{{ randAlphaNum 6 }}", admin:'),
  });
  await change(() => publish(world.client, namespace, operatorFiles(above)));
  await change(async () => {
    await publish(world.client, namespace, operatorFiles({ ...DB, version: "2.0.0" }));
    await patchInstance(world.client, namespace, "db", { spec: { operatorVersion: { name: "db-2.0.0" } } });
  });
  await life.stop();
});

test("a plan that renders some of the templates leaves the passwords of the others", async () => {
  const namespace = await deployed(DB);
  const before = await passwords(namespace);
  const life = await live(world, namespace);
  for (const uid of ["one", "two"]) {
    await patchInstance(world.client, namespace, "db", {
      spec: { planExecution: { planName: "backup", uid } },
    });
    await untilComplete(world.client, namespace, "db", "backup", (next) => next === uid);
  }
  await patchInstance(world.client, namespace, "db", { spec: { parameters: { SIZE: "2" } } });
  const uid = await runs(namespace);
  await untilComplete(world.client, namespace, "db", "deploy", (next) => next !== uid);
  expect(await passwords(namespace)).toEqual(before);
  await life.stop();
});

test("a value is forgotten with the sixth deployment after its template left the package", async () => {
  const namespace = await deployed(DB);
  const life = await live(world, namespace);
  const without = { ...DB, plans: { deploy: [["db"]] }, tasks: { db: ["db.yaml"] } };
  const counts: number[] = [];
  for (let run = 1; run <= 7; run++) {
    const before = await runs(namespace);
    if (run === 1) {
      const templates = { "db.yaml": DATABASE };
      await publish(world.client, namespace, operatorFiles({ ...without, templates }));
    } else await patchInstance(world.client, namespace, "db", { spec: { parameters: { SIZE: `${run}` } } });
    await untilComplete(world.client, namespace, "db", "deploy", (next) => next !== before);
    const record = (await readIndex(world.client, namespace, "db"))?.randomRecord;
    counts.push(Object.keys(record?.values ?? {}).length);
  }
  // What the end of a run forgets leaves the cluster with the next write.
  expect(counts).toEqual([2, 2, 2, 2, 2, 2, 1]);
  await life.stop();
});

describe("with a Toggle, and a condition in a template", () => {
  const TOGGLED: SmallOperator = {
    name: "db",
    parameters: [{ name: "ON", type: "boolean", default: true }],
    tasks: {
      toggle: { kind: "Toggle", spec: { parameter: "ON", resources: ["config.yaml"] } },
      both: ["both.yaml"],
    },
    plans: { deploy: [["toggle", "both"]] },
    templates: {
      "config.yaml": configMapText("toggled", "{{ randAlphaNum 12 }}"),
      "both.yaml": configMapText("both", "x{{ if eq .Params.ON `true` }}{{ randAlphaNum 12 }}{{ end }}"),
    },
  };

  test("what is switched off and on again has the same value", async () => {
    const namespace = await deployed(TOGGLED);
    const values = async () => [
      await configValue(namespace, "toggled"),
      await configValue(namespace, "both"),
    ];
    const before = await values();
    const life = await live(world, namespace);
    for (const [on, expected] of [
      ["false", [undefined, "x"]],
      ["true", before],
    ] as const) {
      const uid = await runs(namespace);
      await patchInstance(world.client, namespace, "db", { spec: { parameters: { ON: on } } });
      await untilComplete(world.client, namespace, "db", "deploy", (next) => next !== uid);
      expect(await values()).toEqual(expected);
    }
    await life.stop();
  });
});

describe("a process that dies", () => {
  /** The same package with words instead of random values. */
  const PLAIN = withTemplates({
    "secret.yaml": SECRET.replace("{{ randAlphaNum 20 }}", "word"),
    "db.yaml": DATABASE.replace("{{ randAlphaNum 24 }}", "word"),
  });

  test("drawing values takes no write", async () => {
    expect(await writesOf(DB)).toEqual(await writesOf(PLAIN));
  });

  const deaths: readonly Death[] = [
    { at: 1, when: "before" },
    ...Array.from({ length: 8 }, (_, before): Death => ({ at: before + 1, when: "after" })),
  ];
  test.concurrent.for(deaths)("$when write $at leaves one password everywhere", async (death) => {
    await playHard({ death });
  });

  test.concurrent.for([1, 2])("and one whose requests fail now and then does too, case %i", async (seed) => {
    await playHard({ client: flakyClient(world.client, seed) });
  });

  /** Deploys with some hardship, lets another process go on, and looks for a second password. */
  async function playHard(hardship: Hardship): Promise<void> {
    const namespace = await world.namespace("dies");
    await publish(world.client, namespace, operatorFiles(DB));
    await createInstance(world.client, { namespace, name: "db" }, "db-1.0.0");
    const first = await live(world, namespace, hardship);
    await Promise.race([first.died, untilComplete(world.client, namespace, "db", "deploy")]);
    await first.stop();
    const second = await live(world, namespace);
    await untilComplete(world.client, namespace, "db", "deploy");
    await second.stop();

    const { database, admin } = await passwords(namespace);
    const writes = [...first.writes, ...second.writes];
    expect(new Set(writes.flatMap(passwordsOf))).toEqual(new Set([database, admin]));
    const index = await readIndex(world.client, namespace, "db");
    expect(Object.values(index?.randomRecord?.values ?? {}).sort()).toEqual([database, admin].sort());
  }
});

describe("the time of a run", () => {
  const TIMED: SmallOperator = {
    name: "db",
    parameters: [{ name: "VALUE", default: "a" }],
    tasks: { one: ["one.yaml"], two: ["two.yaml"] },
    plans: { deploy: [["one"], ["two"]] },
    templates: {
      "one.yaml": configMapText("one", "{{ now | unixEpoch }}"),
      "two.yaml": configMapText("two", "{{ now | unixEpoch }}"),
    },
  };

  test("is its start, in every step and every process; it moves with the next run alone", async () => {
    const namespace = await world.namespace("timed");
    await publish(world.client, namespace, operatorFiles(TIMED));
    await createInstance(world.client, { namespace, name: "db" }, "db-1.0.0");
    const first = await live(world, namespace, { death: { at: 4, when: "after" } });
    await first.died;
    await first.stop();
    await new Promise((resolve) => setTimeout(resolve, 1_100)); // the clock shows another second
    const second = await live(world, namespace);
    await untilComplete(world.client, namespace, "db", "deploy");
    const startedAt = (await readIndex(world.client, namespace, "db"))?.accepted?.startedAt ?? "";
    const expected = String(Date.parse(startedAt) / 1000);
    expect(await configValue(namespace, "one")).toBe(expected);
    expect(await configValue(namespace, "two")).toBe(expected);
    await second.stop();

    const third = await live(world, namespace);
    await until(
      "the third process has looked",
      () => third.side.drift.report({ namespace, name: "db" }).state,
      (state) => state === "InSync",
    );
    expect(third.writes.filter(({ verb }) => verb === "apply")).toEqual([]);
    const uid = await runs(namespace);
    await patchInstance(world.client, namespace, "db", { spec: { parameters: { VALUE: "b" } } });
    await untilComplete(world.client, namespace, "db", "deploy", (next) => next !== uid);
    expect(Number(await configValue(namespace, "one"))).toBeGreaterThan(Number(expected));
    await third.stop();
  });
});

/** Publishes a package and deploys an instance `db` of it in a process that ends; the namespace. */
async function deployed(operator: SmallOperator): Promise<string> {
  const namespace = await world.namespace("random");
  await publish(world.client, namespace, operatorFiles(operator));
  await createInstance(world.client, { namespace, name: "db" }, "db-1.0.0");
  const life = await live(world, namespace);
  await untilComplete(world.client, namespace, "db", "deploy");
  await life.stop();
  return namespace;
}

/** What a first deployment and a change write, in order. */
async function writesOf(operator: SmallOperator): Promise<readonly string[]> {
  const namespace = await world.namespace("budget");
  await publish(world.client, namespace, operatorFiles(operator));
  await createInstance(world.client, { namespace, name: "db" }, "db-1.0.0");
  const life = await live(world, namespace);
  await untilComplete(world.client, namespace, "db", "deploy");
  const uid = await runs(namespace);
  await patchInstance(world.client, namespace, "db", { spec: { parameters: { SIZE: "2" } } });
  await untilComplete(world.client, namespace, "db", "deploy", (next) => next !== uid);
  await life.stop();
  return life.writes
    .filter(({ subresource, ref }) => subresource === undefined && ref.kind !== "Event")
    .map(({ verb, ref }) => `${verb} ${ref.kind}/${ref.name}`.replace(/(package)-.*/, "$1"));
}

async function runs(namespace: string): Promise<string | undefined> {
  return (await readInstance(world.client, namespace, "db"))?.planStatus.deploy?.uid;
}

async function passwords(namespace: string) {
  const ref = { namespace, name: "db" };
  const [set, secret] = await Promise.all([
    world.client.get({ apiVersion: "apps/v1", kind: "StatefulSet", ...ref }),
    world.client.get({ apiVersion: "v1", kind: "Secret", ...ref }),
  ]);
  return { database: environmentOf(set), admin: adminOf(secret) };
}

function passwordsOf({ verb, ref, object }: Write): readonly (string | undefined)[] {
  if (verb !== "apply" || ref.name !== "db") return [];
  if (ref.kind === "StatefulSet") return [environmentOf(object)];
  return ref.kind === "Secret" ? [adminOf(object)] : [];
}

function environmentOf(set: KubeObject | undefined): string | undefined {
  const [container] = asList(valueAt(set, "spec", "template", "spec", "containers"));
  const [variable] = asList(asObject(container).env);
  return asObject(variable).value as string | undefined;
}

function adminOf(secret: KubeObject | undefined): string {
  return Buffer.from(String(valueAt(secret, "data", "admin")), "base64").toString();
}

async function configValue(namespace: string, name: string): Promise<unknown> {
  const found = await world.client.get({ apiVersion: "v1", kind: "ConfigMap", namespace, name });
  return valueAt(found, "data", "value");
}
