import type { Register } from "../program.ts";
import { addPackageAdd } from "./packageAdd.ts";
import { addPackageCreate } from "./packageCreate.ts";
import { addPackageList } from "./packageList.ts";
import { addPackageNew } from "./packageNew.ts";
import { addPackageVerify } from "./packageVerify.ts";

/** `lockstep package …`: operator packages at the desk, without a cluster. */
export const registerPackage: Register = (program, io) => {
  const family = program.command("package").description("make operator packages and look at them");
  addPackageVerify(family, io);
  addPackageList(family, io);
  addPackageNew(family, io);
  addPackageAdd(family, io);
  addPackageCreate(family, io);
};
