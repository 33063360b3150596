import { describe, expect, test } from "vitest";
import { ClusterError } from "../../src/cluster/clusterError.ts";
import type { PodCommandResult } from "../../src/sandbox/podExec.ts";
import { MAX_PIPE_FILE, readPipeFiles } from "../../src/task/readPipeFiles.ts";
import { type PodFiles, podFiles } from "../sandbox/podFiles.ts";

type Answer = (command: readonly string[]) => Promise<PodCommandResult>;

/** Reads the paths from a container that answers so. */
async function read(answer: Answer, ...paths: readonly string[]) {
  const commands: string[] = [];
  const files = await readPipeFiles(
    {
      async exec(_pod, { container, command }) {
        commands.push(`${container}: ${command.join(" ")}`);
        const { stdout = "", stderr = "", exitCode } = await answer(command);
        return { stdout: Buffer.from(stdout), stderr: String(stderr), exitCode };
      },
    },
    { namespace: "ns", name: "p" },
    paths,
    new AbortController().signal,
  );
  return { commands, files };
}

const container = (files: PodFiles): Answer => {
  const exec = podFiles(() => files);
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "p" } };
  return (command) => exec({ pod, container: "waiter", command, signal: new AbortController().signal });
};

describe("files of a pod", () => {
  test("each is asked for its size, then fetched", async () => {
    const { commands, files } = await read(
      container({ "/out/a": "text", "/out/b/c": Buffer.of(0, 255) }),
      "/out/a",
      "/out/b/c",
    );
    expect([...files]).toEqual([
      ["/out/a", Buffer.from("text")],
      ["/out/b/c", Buffer.of(0, 255)],
    ]);
    expect(commands.toSorted()).toEqual([
      "waiter: stat -c %s /out/a",
      "waiter: stat -c %s /out/b/c",
      "waiter: tar cf - /out/a",
      "waiter: tar cf - /out/b/c",
    ]);
  });

  test.each([
    ["empty", 0],
    ["as large as may be", MAX_PIPE_FILE],
  ])("one that is %s", async (_name, size) => {
    const { files } = await read(container({ "/a": Buffer.alloc(size, 1) }), "/a");
    expect(files.get("/a")?.length).toBe(size);
  });

  test("one with a long name", async () => {
    const path = `/out/${"deep/".repeat(30)}${"n".repeat(150)}`;
    const { files } = await read(container({ [path]: "x" }), path);
    expect(files.get(path)?.toString()).toBe("x");
  });

  const fail =
    (result: PodCommandResult): Answer =>
    async () =>
      result;
  test.each<[string, Answer, string]>([
    ["is not there", container({}), "/a: stat ends with exit code 1: stat: can't stat '/a'"],
    [
      "is a byte too large",
      container({ "/a": Buffer.alloc(MAX_PIPE_FILE + 1) }),
      "is at most 1048576 bytes, and this is 1048577 bytes",
    ],
    ["is a link", container({ "/a": { link: "b" } }), "/a: it is no file but a symlink"],
    ["has no size", fail({ stdout: "many", exitCode: 0 }), "/a: stat answers no size"],
    [
      "grows meanwhile",
      async ([program]) =>
        program === "stat"
          ? { stdout: "1", exitCode: 0 }
          : await container({ "/a": Buffer.alloc(MAX_PIPE_FILE + 1) })(["tar", "/a"]),
      "is at most 1048576 bytes",
    ],
    [
      "comes as another",
      async ([program]) =>
        program === "stat" ? { stdout: "1", exitCode: 0 } : await container({ "/b": "x" })(["tar", "/b"]),
      "/a: it is not in the archive",
    ],
    [
      "comes in pieces that are no archive",
      async ([program]) => ({ stdout: program === "stat" ? "1" : "x".repeat(2000), exitCode: 0 }),
      "/a: tar answers no archive",
    ],
    [
      "cannot be read",
      fail({ stderr: `tar: ${"x".repeat(5000)}`, exitCode: 2 }),
      "ends with exit code 2: tar: xxx",
    ],
  ])("not one that %s", async (_name, answer, message) => {
    const reading = read(answer, "/a");
    await expect(reading).rejects.toMatchObject({ code: "PipeTaskError", retryable: false });
    const error = (await reading.catch((thrown: unknown) => thrown)) as Error;
    expect(error.message).toContain(message);
    expect(error.message.length).toBeLessThan(500);
  });

  test.each([
    ["an answer over the limit is a file that is too large", "tooLarge", "PipeTaskError", false],
    ["a connection that breaks may be tried again", "unreachable", "cluster.unreachable", true],
    ["a right that is missing may be given", "forbidden", "cluster.forbidden", true],
  ] as const)("%s", async (_name, reason, code, retryable) => {
    const answer: Answer = () =>
      Promise.reject(new ClusterError("no", { reason, verb: "exec", subject: "p" }));
    await expect(read(answer, "/a")).rejects.toMatchObject({ code, retryable });
  });
});
