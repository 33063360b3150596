import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../src/object/json.ts";

/** A template that is compiled once and run many times in each round. */
export interface LargeTemplate {
  readonly name: string;
  readonly template: string;
  readonly data: JsonObject;
  /** How often it runs in one round: about as long for each. */
  readonly runs: number;
}

/** The templates beside this file, with parameters that fill every branch and loops over 100 items. */
export function largeTemplates(): readonly LargeTemplate[] {
  return [
    { ...read("statefulset"), runs: 120 },
    { ...read("services"), runs: 15 },
    { ...read("configmap"), runs: 30 },
  ];
}

function read(name: string): Pick<LargeTemplate, "name" | "template" | "data"> {
  const template = readFileSync(join(import.meta.dirname, "large", `${name}.yaml`), "utf8");
  return { name, template, data: LARGE_DATA };
}

function times<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

const RESOURCES = { requests: { cpu: "500m", memory: "1Gi" }, limits: { cpu: 2, memory: "4Gi" } };

/** What the large templates are given. */
export const LARGE_DATA: JsonObject = {
  Name: "galera-prod",
  Namespace: "databases",
  OperatorName: "galera",
  Params: {
    NODE_COUNT: "9",
    POD_MANAGEMENT_POLICY: "",
    PARTITION: "2",
    CONFIG_VERSION: "2026-11-22",
    METRICS_ENABLED: "true",
    METRICS_PORT: "9104",
    METRICS_PATH: "",
    METRICS_IMAGE: "registry.example.com/exporter:1.2",
    METRICS_COLLECTORS: ["global_status", "global_variables", "info_schema.tables", "slave_status"],
    METRICS_CPU: "",
    METRICS_MEMORY: "128Mi",
    RELOAD: "",
    ANNOTATIONS: { team: "storage", "example.com/contact": "#databases", "example.com/tier": "1" },
    POD_LABELS: { tier: "db", version: "10.6", "example.com/cost-centre": "4711" },
    SERVICE_ACCOUNT: "",
    GRACE_SECONDS: "120",
    PULL_SECRETS: ["registry", "mirror"],
    RUN_AS_USER: "1001",
    FS_GROUP: "1001",
    NODE_SELECTOR: { "kubernetes.io/os": "linux", disk: "ssd" },
    TOLERATIONS: [
      { key: "dedicated", operator: "Equal", value: "databases", effect: "NoSchedule" },
      { key: "spot", operator: "Exists" },
    ],
    ANTI_AFFINITY: "soft",
    TOPOLOGY_KEY: "kubernetes.io/hostname",
    INIT_IMAGE: "registry.example.com/init:3.1",
    INIT_STEPS: times(8, (i) => ({
      name: `Step_${i}`,
      timeout: i % 2 ? "" : "60s",
      args: [`-v=${i}`, "--x y"],
    })),
    PULL_POLICY: "IfNotPresent",
    TLS_ENABLED: "true",
    TLS_SECRET: "",
    REGISTRY: "registry.example.com",
    IMAGE: "databases/galera",
    TAG: "10.6.14",
    PORTS: times(6, (i) => ({ name: `port-${i}`, port: 3306 + i, protocol: i === 3 ? "udp" : "" })),
    EXTRA_ENV: times(20, (i) => ({ name: `setting_${i}`, value: `value "${i}" of many` })),
    CLIENT_PORT: "3306",
    LIVENESS_DELAY: "120",
    RESOURCES,
    READ_ONLY: "true",
    DATA_DIR: "/var/lib/galera",
    EXTRA_MOUNTS: times(6, (i) => ({ name: `extra-${i}`, path: `/mnt/${i}`, subPath: i % 2 ? "" : "sub" })),
    SIDECARS: times(3, (i) => ({
      name: `sidecar-${i}`,
      image: `registry.example.com/sidecar-${i}:1`,
      args: ["--level=info", `--id=${i}`],
      resources: RESOURCES,
    })),
    ACCESS_MODE: "",
    STORAGE_CLASS: "fast",
    DISK_SIZE: "100Gi",
    LOG_LEVEL: "WARN",
    LOGGERS: Object.fromEntries(times(30, (i) => [`com.example.module${i}`, i % 3 ? "INFO" : "DEBUG"])),
    USERS: times(100, (i) => ({
      name: `user-${i} <${i}>`,
      role: i % 4 ? "writer" : "",
      networks: i % 5 ? ["10.0.0.0/8", "::1"] : [],
    })),
    SETTINGS: times(100, (i) => ({
      name: `innodb-setting-${i}`,
      kind: ["flag", "size", "text"][i % 3]!,
      value: i % 7 ? String(i * 16) : "",
      comment: i % 4 ? "" : `section ${i}`,
    })),
    ITEMS: times(100, (i) => ({
      name: `Shard-${i}`,
      zone: i % 3 ? `eu-${i % 3}` : "",
      type: i % 10 ? "" : "NodePort",
      headless: i % 2 === 0,
      annotations: i % 4 ? {} : { "example.com/shard": String(i), "example.com/note": `shard number ${i}` },
      ports: times(3, (p) => ({ name: `p${p}`, port: 9000 + p, target: p ? "" : "http" })),
      settings: Object.fromEntries(times(6, (s) => [`setting.${s}`, `v${i}-${s}`])),
    })),
  },
};
