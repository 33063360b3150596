/**
 * The domain types of a KUDO package. What `loadPackage` makes of files and `fromOperatorVersion` of a custom
 * resource; names are KUDO's (package-format 1 to 4).
 */

/** One entry of a Pipe task. */
export interface PipeEntry {
  readonly file?: string;
  readonly envFile?: string;
  readonly kind: string;
  readonly key: string;
}

/** A task with the fields of its own kind only. `Unknown` stands for a kind that KUDO does not have. */
export type Task =
  | { readonly name: string; readonly kind: "Apply" | "Delete"; readonly resources: readonly string[] }
  | {
      readonly name: string;
      readonly kind: "Toggle";
      readonly parameter: string;
      readonly resources: readonly string[];
    }
  | {
      readonly name: string;
      readonly kind: "Pipe";
      readonly pod: string;
      readonly pipe: readonly PipeEntry[];
    }
  | {
      readonly name: string;
      readonly kind: "KudoOperator";
      readonly package: string;
      readonly instanceName: string;
      readonly appVersion: string;
      readonly operatorVersion: string;
      readonly parameterFile: string;
    }
  | {
      readonly name: string;
      readonly kind: "Dummy";
      readonly wantErr: boolean;
      readonly fatal: boolean;
      readonly done: boolean;
    }
  | { readonly name: string; readonly kind: "Unknown"; readonly given: string };

/** Only the exact text `serial` waits; every other strategy, the empty one too, means parallel (package-format 4.2). */
export type Strategy = string;

/** Tasks whose objects are applied, and must become healthy, together. */
export interface Step {
  readonly name: string;
  /** Names of tasks, in the order they are taken. */
  readonly tasks: readonly string[];
}

/** Steps that run in order or at once, as the strategy says. */
export interface Phase {
  readonly name: string;
  readonly strategy: Strategy;
  readonly steps: readonly Step[];
}

/** Phases that run in order or at once, as the strategy says. */
export interface Plan {
  readonly name: string;
  readonly strategy: Strategy;
  readonly phases: readonly Phase[];
}

/** An input of a package, from params.yaml. */
export interface Parameter {
  readonly name: string;
  readonly displayName?: string;
  readonly description?: string;
  /** True when the file leaves it out. */
  readonly required: boolean;
  /** As stored in the OperatorVersion: always text, `undefined` when there is none. */
  readonly default?: string;
  readonly trigger?: string;
  /** As written; the empty text when left out. */
  readonly type: string;
  readonly immutable: boolean;
  /** Allowed values as text; `undefined` when not restricted. */
  readonly enum?: readonly string[];
  readonly group?: string;
  readonly advanced?: boolean;
  readonly hint?: string;
}

/** Parameters that belong together, for people who fill them in. */
export interface ParameterGroup {
  readonly name: string;
  readonly displayName?: string;
  readonly description?: string;
  readonly prio?: number;
}

/** Whom to ask about a package. */
export interface Maintainer {
  readonly name: string;
  readonly email: string;
}

/** An operator package: identity, tasks, plans, parameters and the text of its templates. */
export interface OperatorPackage {
  readonly name: string;
  readonly description?: string;
  readonly operatorVersion: string;
  readonly appVersion?: string;
  readonly kudoVersion?: string;
  readonly kubernetesVersion?: string;
  readonly maintainers: readonly Maintainer[];
  readonly url?: string;
  readonly namespaceManifest?: string;
  readonly tasks: readonly Task[];
  readonly plans: ReadonlyMap<string, Plan>;
  readonly parameters: readonly Parameter[];
  readonly groups: readonly ParameterGroup[];
  /** Template key (text after the last `templates/`) to template text, in the order of the keys. */
  readonly templates: ReadonlyMap<string, string>;
  /** `sha256:` over everything that the OperatorVersion holds: equal packages have equal digests. */
  readonly digest: string;
}

/** Name of the OperatorVersion: `<name>-<appVersion>-<operatorVersion>`, without the middle when there is none. */
export function operatorVersionName({
  name,
  appVersion,
  operatorVersion,
}: Pick<OperatorPackage, "name" | "appVersion" | "operatorVersion">): string {
  return appVersion ? `${name}-${appVersion}-${operatorVersion}` : `${name}-${operatorVersion}`;
}

/** The task of that name; the first one when several carry it. */
export function findTask(pkg: OperatorPackage, name: string): Task | undefined {
  return pkg.tasks.find((task) => task.name === name);
}
