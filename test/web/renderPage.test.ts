import { expect, test } from "vitest";
import type { PageModel } from "../../src/web/pageModel.ts";
import { renderPage } from "../../src/web/renderPage.ts";
import { backup, deploy, drift, instance, instances, NOW, source } from "../api/sampleDeps.ts";

test("shows sources, plan trees, drift and holds", async () => {
  const text = await textOf({});
  for (const words of [
    'operators/zk/operator.yaml:12:9 task "nodes" is not defined',
    'did you mean "node"?',
    "databases/galera",
    "update FATAL_ERROR",
    "Phase bootstrap serial",
    "Step statefulset StatefulSet/apps/moving: pod moving-1: container mysql: CrashLoopBackOff",
    "Other plans: ○ backup",
    "StatefulSet/databases/galera /spec/replicas should be 3, is 2 by kubectl, seen 12s ago",
    "lockstep confirm h1",
    "2 of 2 instances left Git",
  ])
    expect(text).toContain(words);
});

test("what needs a look comes first", async () => {
  const order = [...(await render({})).matchAll(/id="instance-([^"]+)"/g)].map(([, id]) => id);
  expect(order).toEqual(["apps/broken", "apps/moving", "databases/galera", "apps/resting", "databases/zeta"]);
});

test("whatever Git and the cluster say is text, never markup", async () => {
  const evil = '<script>alert("x")</script>';
  const page = await render({
    sources: [{ ...source, name: evil, message: evil, url: evil }],
    instances: [instance(evil, { message: evil, drift: { state: "Drifted", objects: 1, checkedAt: null } })],
    plansOf: () => [{ ...deploy, message: evil }],
    driftOf: () => [
      {
        kind: evil,
        name: evil,
        change: "changed",
        fields: [{ pointer: evil, live: evil, manager: evil, time: null, seenAt: evil }],
      },
    ],
    holds: [{ id: evil, source: evil, reason: evil, instances: [] }],
  });
  expect(page).not.toContain(evil);
  expect(page.match(/<script>/g)).toHaveLength(1);
});

test("says so when there is nothing yet", async () => {
  const text = await textOf({
    sources: [],
    instances: [],
    holds: [],
    notReady: "waits for the lease",
  });
  expect(text).toContain("Not ready yet: waits for the lease");
  expect(text).toContain("lockstep serve --repo URL");
  expect(text).toContain("None yet.");
});

test("a long list ends with a pointer to the rest", async () => {
  const many = Array.from({ length: 130 }, (_, index) => instance(`i-${index}`));
  expect(await textOf({ instances: many })).toContain("30 more; /status has them all.");
});

test("needs nothing from elsewhere", async () => {
  expect(await render({})).not.toMatch(/(src|href)="(https?:)?\/\//);
});

async function render(changes: Partial<PageModel>): Promise<string> {
  return String(
    await renderPage({
      version: "0.1.0",
      now: NOW,
      notReady: undefined,
      summary: { instances: 5, complete: 2, inProgress: 1, failed: 1, drifted: 1, suspended: 1 },
      sources: [source],
      instances,
      holds: [
        {
          id: "h1",
          source: "fleet",
          reason: "2 of 2 instances left Git",
          instances: [{ namespace: "a", name: "b" }],
        },
      ],
      plansOf: () => [backup, deploy],
      driftOf: () => drift.objects,
      ...changes,
    }),
  );
}

/** The words of the page without its tags, as a reader sees them. */
async function textOf(changes: Partial<PageModel>): Promise<string> {
  const page = await render(changes);
  return page
    .replace(/<(style|script)>.*?<\/\1>/gs, "")
    .replace(/<[^>]+>/g, "")
    .replaceAll("&quot;", '"')
    .replaceAll(/\s+/g, " ");
}
