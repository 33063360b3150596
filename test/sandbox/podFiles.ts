import { posix } from "node:path";
import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";
import type { KubeObject } from "../../src/object/kubeObject.ts";
import type { PodExec } from "../../src/sandbox/podExec.ts";

/** Files of a container by path; what is no text or bytes is a link to another path. */
export type PodFiles = Readonly<Record<string, string | Buffer | { readonly link: string }>>;

/** Plays containers in which `stat` and `tar` find these files. */
export function podFiles(filesOf: (pod: KubeObject, container: string) => PodFiles): PodExec {
  return async ({ pod, container, command }) => {
    const [program = "", ...args] = command;
    const path = args.at(-1) ?? "";
    const file = filesOf(pod, container)[path];
    const missing = `${program}: can't stat '${path}': No such file or directory\n`;
    if (file === undefined) return { stderr: missing, exitCode: 1 };
    const isLink = typeof file === "object" && "link" in file;
    const bytes = Buffer.from(isLink ? file.link : file);
    if (program === "stat") return { stdout: `${bytes.length}\n`, exitCode: 0 };
    if (program !== "tar") return { stderr: `${program}: not found\n`, exitCode: 127 };
    const archive = pack();
    const name = posix.relative("/", path);
    if (isLink) archive.entry({ name, type: "symlink", linkname: file.link });
    else archive.entry({ name }, bytes);
    archive.finalize();
    return {
      stdout: await buffer(archive),
      stderr: "tar: removing leading '/' from member names\n",
      exitCode: 0,
    };
  };
}
