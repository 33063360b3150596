import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tokenFile } from "../../src/api/tokenFile.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lockstep-token-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("the token is read anew when the file changes", async () => {
  const file = join(folder, "token");
  await writeFile(file, "first\n");
  const token = tokenFile(file);
  expect(await token()).toBe("first");
  await writeFile(file, "the second\n");
  expect(await token()).toBe("the second");
});

test("a file that is not there, or is empty, lets nobody write", async () => {
  await expect(tokenFile(join(folder, "none"))()).rejects.toMatchObject({
    status: 503,
    code: "auth.tokenFile",
  });
  const file = join(folder, "empty");
  await writeFile(file, "\n");
  await expect(tokenFile(file)()).rejects.toMatchObject({ status: 503, code: "auth.tokenFile" });
});
