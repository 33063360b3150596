import { expect, test } from "vitest";
import { Renderer } from "../../src/render/renderer.ts";
import {
  createInstance,
  type Files,
  live,
  publish,
  readInstance,
  reconcileWorld,
  until,
  untilComplete,
} from "./reconcileWorld.ts";
import { configMapText, operatorFiles } from "./smallOperator.ts";

const world = reconcileWorld();

/** Each template calls the next one twice: 2^60 calls without a loop or a value. */
const NEVER_ENDS = `${Array.from(
  { length: 60 },
  (_, i) => `{{define "a${i}"}}{{template "a${i + 1}"}}{{template "a${i + 1}"}}{{end}}\n`,
).join("")}{{define "a60"}}{{$_ := snakecase "x"}}{{end}}
${configMapText("hostile", '{{template "a0"}}')}`;

function operator(name: string, template: string): Files {
  return operatorFiles({
    name,
    tasks: { app: ["app.yaml"] },
    plans: { deploy: [["app"]] },
    templates: { "app.yaml": template },
  });
}

test("others deploy while a hostile package renders, which then fails where it was", async () => {
  const namespace = await world.namespace("hostile");
  let deadline = (): void => {};
  const renderer = new Renderer({
    limits: { work: Number.MAX_SAFE_INTEGER }, // as if it had found what nobody counts
    clock: { sleep: () => new Promise((resolve) => (deadline = resolve)) },
  });
  const life = await live(world, namespace, { render: renderer.render });
  try {
    const hostile = await publish(world.client, namespace, operator("hostile", NEVER_ENDS));
    await createInstance(world.client, { namespace, name: "hostile" }, hostile);
    await until(
      "the hostile package renders apart",
      () => renderer.threads,
      (threads) => threads === 1,
    );

    const good = await publish(world.client, namespace, operator("good", configMapText("good")));
    await createInstance(world.client, { namespace, name: "good" }, good);
    await untilComplete(world.client, namespace, "good", "deploy");
    expect((await readInstance(world.client, namespace, "hostile"))?.planStatus.deploy?.status).not.toBe(
      "FATAL_ERROR",
    );

    deadline();
    const view = await until(
      "the hostile plan has failed",
      () => readInstance(world.client, namespace, "hostile"),
      (found) => found?.planStatus.deploy?.status === "FATAL_ERROR",
    );
    expect(JSON.stringify(view?.planStatus.deploy)).toMatch(
      /hostile\/templates\/app\.yaml:\d+:\d+: rendering takes longer than 20 s/,
    );
    const finished = life.events.flatMap((event) =>
      event.kind === "planFinished" ? [`${event.instance.name} ${event.status}`] : [],
    );
    expect(finished).toEqual(["good COMPLETE", "hostile FATAL_ERROR"]);
  } finally {
    await life.stop();
    await renderer.stop();
  }
});

test("a package that uses up its limits fails by itself, with the place, and others go on", async () => {
  const namespace = await world.namespace("hostile");
  const renderer = new Renderer();
  const life = await live(world, namespace, { render: renderer.render });
  try {
    for (const [name, template] of [
      ["hostile", NEVER_ENDS],
      ["good", configMapText("good")],
    ] as const) {
      const version = await publish(world.client, namespace, operator(name, template));
      await createInstance(world.client, { namespace, name }, version);
    }
    await untilComplete(world.client, namespace, "good", "deploy");
    const view = await until(
      "the hostile plan has failed",
      () => readInstance(world.client, namespace, "hostile"),
      (found) => found?.planStatus.deploy?.status === "FATAL_ERROR",
    );
    expect(JSON.stringify(view?.planStatus.deploy)).toMatch(
      /hostile\/templates\/app\.yaml:\d+:\d+: the template does more than 134217728 units of work/,
    );
  } finally {
    await life.stop();
    await renderer.stop();
  }
});
