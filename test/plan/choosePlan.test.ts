import { expect, test } from "vitest";
import type { Accepted } from "../../src/plan/accepted.ts";
import { type ChoiceInput, choosePlan, type Decision } from "../../src/plan/choosePlan.ts";
import { type ExecutionStatus, neverRun, type PlanStatus } from "../../src/plan/planStatus.ts";
import { packageOf, planOf } from "./planOf.ts";

const plans = ["deploy", "update", "upgrade", "backup", "cleanup"];
const pkg = packageOf(plans, ["SIZE", "NODES:scale", "BACKUP:backup", "DISK:backup"]);
const next = packageOf(plans, ["SIZE"], "sha256:2");
const accepted: Accepted = {
  operatorVersion: { name: "pg-0.1.0" },
  packageDigest: "sha256:1",
  parameters: { SIZE: "1" },
  plan: "deploy",
  planUid: "u1",
  deployed: true,
};

function ran(
  name: string,
  status: ExecutionStatus,
  uid = "u1",
  at = "2026-01-01T00:00:00Z",
): Record<string, PlanStatus> {
  return { [name]: { ...neverRun(planOf("serial", {}, name)), status, uid, lastUpdatedTimestamp: at } };
}

const base: ChoiceInput = {
  operatorVersion: { name: "pg-0.1.0" },
  parameters: { SIZE: "1" },
  pkg,
  acceptedPkg: pkg,
  accepted,
  planStatus: ran("deploy", "COMPLETE"),
  validate: () => [],
};
const { accepted: _, acceptedPkg: __, ...fresh } = { ...base, planStatus: {} };
const running = { ...base, planStatus: ran("deploy", "IN_PROGRESS") };
const undeployed = {
  ...base,
  accepted: { ...accepted, deployed: false },
  planStatus: ran("deploy", "FATAL_ERROR"),
};
const invalid = { validate: () => ["parameter SIZE: wants an integer"] };

test.each<[string, ChoiceInput, string]>([
  ["a new instance runs deploy", fresh, "start deploy created"],
  [
    "a new instance with a request in its inbox runs deploy all the same",
    { ...fresh, request: { planName: "backup", uid: "r" } },
    "start deploy created, inbox emptied",
  ],
  ["a new instance waits for its operator version", without(fresh, "pkg"), "pending OperatorVersionMissing"],
  [
    "a new instance waits for the package of its revision",
    { ...fresh, expectedDigest: "sha256:9" },
    "pending PackageNotPublished",
  ],
  ["a new instance without a plan deploy is illegal", { ...fresh, pkg: packageOf(["update"]) }, "illegal"],
  ["a new instance with bad parameters is illegal", { ...fresh, ...invalid }, "illegal"],
  [
    "KUDO's finished instance is taken over without a plan",
    {
      ...fresh,
      planStatus: {
        ...ran("deploy", "COMPLETE", "k1"),
        ...ran("backup", "COMPLETE", "k2", "2026-02-01T00:00:00Z"),
      },
    },
    "takeOver backup k2 deployed",
  ],
  [
    "KUDO's running plan goes on",
    {
      ...fresh,
      planStatus: { ...ran("deploy", "COMPLETE", "k1"), ...ran("backup", "IN_PROGRESS", "k2") },
      request: { planName: "backup", uid: "k2" },
    },
    "takeOver backup k2 deployed, inbox emptied",
  ],
  [
    "KUDO's failed deploy is taken over as not deployed",
    { ...fresh, planStatus: ran("deploy", "FATAL_ERROR", "k1") },
    "takeOver deploy k1",
  ],
  [
    "what KUDO was asked for and never began is kept for afterwards",
    {
      ...fresh,
      planStatus: { ...ran("deploy", "COMPLETE", "k1"), ...ran("backup", "COMPLETE", "k2") },
      request: { planName: "backup", uid: "k3" },
    },
    "takeOver backup k2 deployed",
  ],
  [
    "a restart of KUDO's running plan is kept for afterwards",
    {
      ...fresh,
      planStatus: {
        ...ran("deploy", "COMPLETE", "k1"),
        ...ran("backup", "IN_PROGRESS", "k2", "2026-02-01T00:00:00Z"),
      },
      request: { planName: "backup", uid: "k3" },
    },
    "takeOver backup k2 deployed",
  ],
  [
    "KUDO's instance waits for its operator version, too",
    {
      ...without(fresh, "pkg"),
      planStatus: ran("deploy", "COMPLETE", "k1"),
      request: { planName: "deploy", uid: "k1" },
    },
    "pending OperatorVersionMissing",
  ],
  ["nothing changed", base, "none"],
  [
    "a parameter without trigger runs update",
    { ...base, parameters: { SIZE: "2" } },
    "start update parameters",
  ],
  ["a removed parameter is a change", { ...base, parameters: {} }, "start update parameters"],
  [
    "without a plan update it runs deploy",
    {
      ...base,
      pkg: packageOf(["deploy"], ["SIZE"]),
      acceptedPkg: packageOf(["deploy"], ["SIZE"]),
      parameters: { SIZE: "2" },
    },
    "start deploy parameters",
  ],
  [
    "a trigger chooses its plan",
    { ...base, parameters: { SIZE: "1", BACKUP: "now" } },
    "start backup parameters",
  ],
  [
    "a parameter without trigger adds nothing to one with",
    { ...base, parameters: { SIZE: "2", BACKUP: "now" } },
    "start backup parameters",
  ],
  [
    "two parameters of one trigger run it once",
    { ...base, parameters: { SIZE: "1", BACKUP: "now", DISK: "2" } },
    "start backup parameters",
  ],
  [
    "two triggers at once are illegal",
    { ...base, parameters: { SIZE: "1", BACKUP: "now", NODES: "3" } },
    "illegal",
  ],
  ["a trigger that names no plan is illegal", { ...base, parameters: { SIZE: "1", NODES: "3" } }, "illegal"],
  ["an illegal value is not acted on", { ...base, ...invalid, parameters: { SIZE: "x" } }, "illegal"],
  ["an unknown parameter changes nothing", { ...base, parameters: { SIZE: "1", OTHER: "x" } }, "accept"],
  [
    "a failed plan gets another chance when no plan follows from a change",
    { ...base, planStatus: ran("deploy", "FATAL_ERROR"), parameters: { SIZE: "1", OTHER: "x" } },
    "start deploy retried",
  ],
  [
    "until deploy was COMPLETE every change runs deploy",
    { ...undeployed, parameters: { SIZE: "1", BACKUP: "now" } },
    "start deploy parameters",
  ],
  [
    "until deploy was COMPLETE a new package runs deploy",
    { ...undeployed, pkg: next },
    "start deploy package",
  ],
  [
    "a new operator version runs upgrade",
    { ...base, operatorVersion: { name: "pg-0.2.0" }, pkg: next },
    "start upgrade package",
  ],
  ["a changed package under one version runs upgrade", { ...base, pkg: next }, "start upgrade package"],
  [
    "upgrade falls back to update",
    { ...base, pkg: packageOf(["deploy", "update"], [], "sha256:2") },
    "start update package",
  ],
  [
    "upgrade falls back to deploy",
    { ...base, pkg: packageOf(["deploy"], [], "sha256:2") },
    "start deploy package",
  ],
  [
    "package and parameters together choose one plan",
    { ...base, pkg: next, parameters: { SIZE: "2" } },
    "start upgrade package",
  ],
  [
    "from Git only the annotation counts as a package change",
    { ...base, expectedDigest: "sha256:1", pkg: next },
    "none",
  ],
  [
    "from Git a new package waits for its operator version",
    { ...base, expectedDigest: "sha256:2" },
    "pending PackageNotPublished",
  ],
  [
    "from Git parameters wait for the package of their revision",
    { ...base, expectedDigest: "sha256:2", parameters: { SIZE: "2" } },
    "pending PackageNotPublished",
  ],
  [
    "a change while another plan runs waits",
    { ...running, parameters: { SIZE: "2" } },
    "pending PlanRunning",
  ],
  [
    "a request for no plan at all is told, though a change waits",
    { ...running, parameters: { SIZE: "2" }, request: { planName: "bakcup", uid: "r1" } },
    "illegal, inbox emptied",
  ],
  [
    "a change that means the running plan starts it again",
    {
      ...running,
      accepted: { ...accepted, plan: "update" },
      planStatus: ran("update", "IN_PROGRESS"),
      parameters: { SIZE: "2" },
    },
    "start update parameters",
  ],
  [
    "a plan asked for by hand",
    { ...base, request: { planName: "backup", uid: "r1" } },
    "start backup requested r1, inbox emptied",
  ],
  [
    "a request without uid gets one",
    { ...base, request: { planName: "backup", uid: "" } },
    "start backup requested, inbox emptied",
  ],
  [
    "a failed plan can be asked for again",
    { ...base, planStatus: ran("deploy", "FATAL_ERROR"), request: { planName: "deploy", uid: "r1" } },
    "start deploy requested r1, inbox emptied",
  ],
  [
    "a request that was taken over already is only emptied",
    { ...base, request: { planName: "deploy", uid: "u1" } },
    "none, inbox emptied",
  ],
  [
    "a request that ran long ago is only emptied",
    {
      ...base,
      planStatus: { ...base.planStatus, ...ran("backup", "COMPLETE", "old") },
      request: { planName: "backup", uid: "old" },
    },
    "none, inbox emptied",
  ],
  [
    "a request for another plan than the running one waits in the inbox",
    { ...running, request: { planName: "backup", uid: "r1" } },
    "pending PlanRunning",
  ],
  [
    "a request for the running plan starts it again",
    { ...running, request: { planName: "deploy", uid: "r1" } },
    "start deploy requested r1, inbox emptied",
  ],
  [
    "an unknown plan is illegal",
    { ...base, request: { planName: "bakcup", uid: "r1" } },
    "illegal, inbox emptied",
  ],
  [
    "cleanup of a living instance is illegal",
    { ...base, request: { planName: "cleanup", uid: "r1" } },
    "illegal, inbox emptied",
  ],
  [
    "a change comes before a request",
    { ...base, parameters: { SIZE: "2" }, request: { planName: "backup", uid: "r1" } },
    "start update parameters",
  ],
  [
    "a change and a request for the same plan are one run",
    { ...base, parameters: { SIZE: "2" }, request: { planName: "update", uid: "r1" } },
    "start update parameters r1, inbox emptied",
  ],
  [
    "a new instance takes the uid of a request for deploy",
    { ...fresh, request: { planName: "deploy", uid: "r" } },
    "start deploy created r, inbox emptied",
  ],
  [
    "an illegal change does not keep a request from running with what was accepted",
    { ...base, ...invalid, parameters: { SIZE: "x" }, request: { planName: "backup", uid: "r1" } },
    "start backup requested r1, inbox emptied",
  ],
  [
    "a package that is missing does not either",
    { ...base, expectedDigest: "sha256:2", request: { planName: "backup", uid: "r1" } },
    "start backup requested r1, inbox emptied",
  ],
  [
    "an illegal change stays what is told beside a request that may not be",
    { ...base, ...invalid, parameters: { SIZE: "x" }, request: { planName: "bakcup", uid: "r1" } },
    "illegal, inbox emptied",
  ],
])("%s", (_name, input, expected) => {
  expect(sentence(choosePlan(input))).toBe(expected);
});

function sentence({ choice, emptyInbox }: Decision): string {
  const words = {
    none: () => ["none"],
    accept: () => ["accept"],
    start: () => (choice.kind === "start" ? ["start", choice.plan, choice.reason, choice.uid] : []),
    takeOver: () =>
      choice.kind === "takeOver"
        ? ["takeOver", choice.plan, choice.uid, choice.deployed ? "deployed" : ""]
        : [],
    pending: () => (choice.kind === "pending" ? ["pending", choice.code] : []),
    illegal: () => ["illegal"],
  }[choice.kind]();
  return `${words.filter(Boolean).join(" ")}${emptyInbox ? ", inbox emptied" : ""}`;
}

function without<K extends keyof ChoiceInput>(
  input: Omit<ChoiceInput, "accepted" | "acceptedPkg">,
  key: K,
): ChoiceInput {
  const copy: Partial<ChoiceInput> = { ...input };
  delete copy[key];
  return copy as ChoiceInput;
}
