import { expect, test } from "vitest";
import { DEFAULT, sandboxForTests } from "./sandboxFixture.ts";

const { call, create } = sandboxForTests({ controllers: false });
const PODS = `${DEFAULT}/pods`;

test.each(["attach", "portforward", "proxy"])("%s says that no container runs", async (part) => {
  await create(PODS, { metadata: { name: part }, spec: { containers: [{ name: "c", image: "nginx" }] } });
  const answer = await call("POST", `${PODS}/${part}/${part}`);
  expect(answer).toMatchObject({
    code: 400,
    body: { message: `the embedded cluster runs no containers, so there is no ${part}` },
  });
});

test("a pod that is not there is missed first", async () => {
  expect(await call("POST", `${PODS}/nobody/exec`)).toMatchObject({ code: 404 });
});
