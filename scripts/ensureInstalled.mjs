// Installs from the lock file when node_modules is missing or older than the lock.
// Plain JavaScript that any Node.js from 20 on runs: it is what fetches the Node.js the rest needs.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const npm = process.platform === "win32" ? "npm.cmd" : "npm";

if (!isInstalled()) {
  console.error("lockstep: installing dependencies from package-lock.json (once, about a minute)");
  const { status, error } = spawnSync(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status !== 0) {
    console.error(
      `lockstep: npm ci ended with ${error?.message ?? `code ${status}`}; run it by hand to see why`,
    );
    process.exit(1);
  }
}

/** npm keeps a copy of what it installed; it tells more than times do, which a checkout changes. */
function isInstalled() {
  const copy = `${root}node_modules/.package-lock.json`;
  if (!existsSync(copy)) return false;
  const wanted = packagesOf(`${root}package-lock.json`);
  const present = packagesOf(copy);
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === "" || present[path]?.version === version || (optional && !present[path]),
  );
}

function packagesOf(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages;
}
