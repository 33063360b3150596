import { coerce, compare } from "semver";
import type { Issue } from "../base/issue.ts";
import { didYouMean } from "../base/nearest.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { type ObjectRef, refKey, refOf } from "../object/objectRef.ts";
import { instanceKey } from "../object/ownership.ts";
import type { InstanceFile } from "../package/instanceFile.ts";
import { type OperatorPackage, operatorVersionName } from "../package/operatorPackage.ts";
import { toOperator, toOperatorVersion } from "../package/operatorVersion.ts";
import { validateParameters } from "../package/parameterValues.ts";
import type { Declared } from "./applyDeclared.ts";
import { instanceRef, KUDO_API_VERSION } from "./crds.ts";
import { declaredDigest } from "./declaredFields.ts";
import { declareInstance, declarePackageObject } from "./declareObjects.ts";
import type { LoadedRevision } from "./loadedRevision.ts";
import type { Published } from "./publishedObjects.ts";

/** An Instance to publish, and the file that declares it. */
export interface DeclaredInstance extends Declared {
  readonly file: InstanceFile;
  readonly version: ObjectRef;
}

/** An OperatorVersion to publish. */
export interface DeclaredVersion extends Declared {
  /** `refKey`s of the OperatorVersions that it depends on: they come before it. */
  readonly needs: readonly string[];
}

/** Everything that a revision wants in the cluster, by `refKey`. */
export interface DeclaredRevision {
  readonly revision: string;
  readonly operators: ReadonlyMap<string, Declared>;
  readonly versions: ReadonlyMap<string, DeclaredVersion>;
  readonly instances: ReadonlyMap<string, DeclaredInstance>;
  /** `refKey`s of instances left out because another source has them; each is an issue. */
  readonly leftOut: ReadonlySet<string>;
  readonly issues: readonly Issue[];
}

/** What declaring a revision depends on besides the revision. */
export interface DeclareContext {
  readonly source: string;
  /** What the last revision declared; a digest that stays keeps its commit. */
  readonly previous: DeclaredRevision | undefined;
  readonly published: (ref: ObjectRef) => Published | undefined;
  /** The source that an Instance belongs to, when that is another one that may still declare it. */
  readonly otherOwner: (file: InstanceFile) => string | undefined;
}

/** Works out what a revision wants published: packages into each namespace that uses them, then instances. Pure. */
export function declareRevision(loaded: LoadedRevision, context: DeclareContext): DeclaredRevision {
  const issues: Issue[] = [];
  const leftOut = new Set<string>();
  const instances = new Map<string, DeclaredInstance>();
  const uses = new Map<string, { readonly pkg: OperatorPackage; readonly namespace: string }>();
  for (const file of loaded.instances) {
    const owner = context.otherOwner(file);
    if (owner !== undefined) {
      issues.push(ownedElsewhere(file, owner));
      leftOut.add(refKey(instanceRef(file)));
      continue;
    }
    const declared = declareFile(file, loaded, context);
    instances.set(refKey(refOf(declared.object)), declared);
    const pkg = loaded.packages.get(file.operatorVersion.name);
    const namespace = declared.version.namespace ?? "";
    if (!pkg) continue;
    for (const needed of loaded.dependencies.get(file.operatorVersion.name) ?? [])
      uses.set(refKey(versionRef(operatorVersionName(needed), namespace)), { pkg: needed, namespace });
    uses.set(refKey(declared.version), { pkg, namespace });
    issues.push(...parameterIssues(file, pkg));
  }
  const versions = declareVersions(uses, loaded.revision, context);
  const operators = declareOperators([...uses.values()], loaded.revision, context);
  return { revision: loaded.revision, operators, versions, instances, leftOut, issues };
}

function versionRef(name: string, namespace: string): ObjectRef {
  return { apiVersion: KUDO_API_VERSION, kind: "OperatorVersion", namespace, name };
}

function declareFile(file: InstanceFile, loaded: LoadedRevision, context: DeclareContext): DeclaredInstance {
  const { name, namespace = file.namespace } = file.operatorVersion;
  const version = versionRef(name, namespace);
  const live = context.published(instanceRef(file));
  // A package that broke or left Git: the instance goes on with what was published of it.
  const last =
    live && live.uses.name === name && live.uses.namespace === namespace ? live.packageDigest : undefined;
  const object = declareInstance(file, context.source, loaded.packages.get(name)?.digest ?? last);
  return { ...dated(object, declaredDigest(object), loaded.revision, "instances", context), file, version };
}

function declareVersions(
  uses: ReadonlyMap<string, { readonly pkg: OperatorPackage; readonly namespace: string }>,
  revision: string,
  context: DeclareContext,
): ReadonlyMap<string, DeclaredVersion> {
  // The digest does not depend on the namespace, and packages are large: once each.
  const made = new Map<OperatorPackage, { readonly object: KubeObject; readonly digest: string }>();
  const versions = new Map<string, DeclaredVersion>();
  for (const [key, { pkg, namespace }] of uses) {
    let common = made.get(pkg);
    if (!common) {
      const object = declarePackageObject(toOperatorVersion(pkg, ""), context.source, pkg.digest);
      common = { object, digest: declaredDigest(object) };
      made.set(pkg, common);
    }
    const object = { ...common.object, metadata: { ...common.object.metadata, namespace } };
    const needs = neededBy(pkg).map((name) => refKey(versionRef(name, namespace)));
    versions.set(key, { ...dated(object, common.digest, revision, "versions", context), needs });
  }
  return versions;
}

/** Names of the OperatorVersions that the KudoOperator tasks of a resolved package name. */
function neededBy({ tasks }: OperatorPackage): readonly string[] {
  return tasks.flatMap((task) => {
    if (task.kind !== "KudoOperator") return [];
    const { package: name, operatorVersion, appVersion } = task;
    return [operatorVersionName({ name, operatorVersion, appVersion })];
  });
}

/** An Operator stands for all versions of it: the highest one speaks. */
function declareOperators(
  uses: readonly { readonly pkg: OperatorPackage; readonly namespace: string }[],
  revision: string,
  context: DeclareContext,
): ReadonlyMap<string, Declared> {
  const highest = new Map<string, { readonly pkg: OperatorPackage; readonly namespace: string }>();
  for (const use of uses) {
    const key = `${use.namespace}/${use.pkg.name}`;
    const known = highest.get(key);
    if (!known || isHigher(use.pkg, known.pkg)) highest.set(key, use);
  }
  const operators = new Map<string, Declared>();
  for (const { pkg, namespace } of highest.values()) {
    const object = declarePackageObject(toOperator(pkg, namespace), context.source);
    operators.set(
      refKey(refOf(object)),
      dated(object, declaredDigest(object), revision, "operators", context),
    );
  }
  return operators;
}

function isHigher(a: OperatorPackage, b: OperatorPackage): boolean {
  const order = compare(coerce(a.operatorVersion) ?? "0.0.0", coerce(b.operatorVersion) ?? "0.0.0");
  return order > 0 || (order === 0 && a.digest > b.digest);
}

/** Keeps the commit that last changed the object: of this process's memory, else of the cluster. */
function dated(
  object: KubeObject,
  digest: string,
  revision: string,
  part: "instances" | "versions" | "operators",
  { previous, published }: DeclareContext,
): Declared {
  const ref = refOf(object);
  const before = previous?.[part].get(refKey(ref));
  if (before?.digest === digest) return { object, digest, revision: before.revision };
  const live = published(ref);
  const same = live?.owned === digest && live.revision !== undefined;
  return { object, digest, revision: same ? live.revision : revision };
}

/** Mistakes in the values of an instance file, told with the file; the instance itself is not acted upon until they are mended. */
function parameterIssues(file: InstanceFile, pkg: OperatorPackage): readonly Issue[] {
  const at = { file: file.file, line: file.line };
  const name = instanceKey(file);
  const wrong = validateParameters(pkg, file.parameters).map(
    (problem): Issue => ({
      severity: "error",
      code: "instance.parameter",
      message: `Instance ${name}: ${problem}`,
      ...at,
    }),
  );
  const known = pkg.parameters.map((parameter) => parameter.name);
  const unknown = Object.keys(file.parameters)
    .filter((parameter) => !known.includes(parameter))
    .map((parameter): Issue => {
      const message = `Instance ${name}: the package has no parameter ${parameter}${didYouMean(parameter, known)}`;
      return { severity: "warning", code: "instance.parameterUnknown", message, ...at };
    });
  return [...wrong, ...unknown];
}

function ownedElsewhere(file: InstanceFile, owner: string): Issue {
  return {
    severity: "error",
    code: "sync.ownedByOtherSource",
    message: `Instance ${instanceKey(file)} belongs to the source "${owner}"`,
    file: file.file,
    line: file.line,
    hint: "declare it in one source alone",
  };
}
