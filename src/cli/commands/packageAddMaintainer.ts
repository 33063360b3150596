import type { Command } from "commander";
import { OPERATOR_FILE } from "../../package/packageFiles.ts";
import { usageError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { alreadyThere, editPackage, openPackage } from "../editPackage.ts";
import { askText } from "../interview.ts";

/** `lockstep package add maintainer NAME EMAIL`. */
export function addPackageAddMaintainer(add: Command, io: CliIo): void {
  add
    .command("maintainer")
    .description("add somebody who looks after the package")
    .argument("[name]", "of a person or a team")
    .argument("[email]", "where they are asked")
    .option("--dir <folder>", "folder of the package; default: here, or the only one below")
    .action((name: string | undefined, email: string | undefined, options: { readonly dir?: string }) =>
      addMaintainer({ name, email }, options.dir, io),
    );
}

async function addMaintainer(
  given: { readonly name: string | undefined; readonly email: string | undefined },
  dir: string | undefined,
  io: CliIo,
): Promise<void> {
  if ((given.name === undefined || given.email === undefined) && !io.isTerminal)
    throw usageError(
      "a maintainer needs a name and an email",
      "`lockstep package add maintainer NAME EMAIL`",
    );
  const target = await openPackage(dir, io);
  const name = given.name ?? (await askText(io, { text: "Name" }));
  const email = given.email ?? (await askText(io, { text: "Email" }));
  const { maintainers } = target.loaded.pkg;
  const same = maintainers.findIndex((other) => other.name === name && other.email === email);
  if (same >= 0) throw alreadyThere(target, ["maintainers", same], `the maintainer "${name}"`);
  const what = `the maintainer "${name}"`;
  const edit = {
    kind: "item",
    file: OPERATOR_FILE,
    path: ["maintainers"],
    value: { name, email },
    what,
  } as const;
  await editPackage(target, [edit], io);
}
