import { Hono } from "hono";
import { expect, test } from "vitest";
import { startServer } from "../../src/api/startServer.ts";

const options = { host: "127.0.0.1", port: 0 };

test("listens on any free port, and closes", async () => {
  const app = new Hono().get("/", (c) => c.text("hello"));
  const server = await startServer(app, options);
  expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
  expect(await (await fetch(server.url)).text()).toBe("hello");
  await server.close();
  await expect(fetch(server.url)).rejects.toThrow();
});

test("a request under way ends before the server does", async () => {
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const app = new Hono().get("/", async (c) => {
    begin();
    await gate;
    return c.text("late");
  });
  const server = await startServer(app, options);
  const answer = fetch(server.url).then((response) => response.text());
  await begun;
  const closed = server.close();
  open();
  expect(await answer).toBe("late");
  await closed;
});

test("a request that never ends is cut off", async () => {
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const app = new Hono().get("/", () => {
    begin();
    return new Promise<Response>(() => {});
  });
  const server = await startServer(app, { ...options, graceMs: 20 });
  const answer = fetch(server.url);
  answer.catch(() => {}); // looked at below
  await begun;
  await server.close();
  await expect(answer).rejects.toThrow();
});

test("a port in use is named, with what to do", async () => {
  const server = await startServer(new Hono(), options);
  const second = startServer(new Hono(), { ...options, port: server.port });
  await expect(second).rejects.toMatchObject({
    message: `port ${server.port} on 127.0.0.1 is in use by another program`,
    hint: expect.stringContaining("--port"),
  });
  await server.close();
});
