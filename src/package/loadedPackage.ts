import type { FileTree } from "../source/fileTree.ts";
import type { ParsedDocument } from "../yaml/parseYaml.ts";
import type { OperatorPackage } from "./operatorPackage.ts";
import type { PackageFiles } from "./packageFiles.ts";

/** A package with what is needed to say where in its files something stands. */
export interface LoadedPackage {
  readonly pkg: OperatorPackage;
  /** Where its files are, and what it refers to by path. */
  readonly tree: FileTree;
  readonly files: PackageFiles;
  readonly operator: ParsedDocument;
  /** `undefined` when params.yaml is missing, empty or not YAML. */
  readonly params: ParsedDocument | undefined;
  /** False when params.yaml has errors: then the parameters are not all known. */
  readonly knowsParameters: boolean;
  /** Symlinks in the folder, which nobody follows. */
  readonly symlinks: readonly string[];
}
