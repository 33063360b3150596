import { parentPort } from "node:worker_threads";
import { type RenderJob, renderJob } from "./renderJob.ts";

// The other end is renderThread.ts: one job at a time, one answer for each.
parentPort?.on("message", (job: RenderJob) => parentPort?.postMessage(renderJob(job)));
