import { expect, test } from "vitest";
import { hasGitIdentity } from "../../../src/cli/demo/demoRepository.ts";

const NOBODY = {
  PATH: process.env.PATH,
  HOME: import.meta.dirname,
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_COUNT: "1",
  GIT_CONFIG_KEY_0: "user.useConfigOnly",
  GIT_CONFIG_VALUE_0: "true",
};

test("git that was told nothing knows nobody", async () => {
  expect(await hasGitIdentity(NOBODY)).toBe(false);
});

test("git that was told knows", async () => {
  const env = { ...NOBODY, GIT_COMMITTER_NAME: "Me", GIT_COMMITTER_EMAIL: "me@example.com" };
  expect(await hasGitIdentity(env)).toBe(true);
});
