import { readFile } from "node:fs/promises";
import { rootCertificates } from "node:tls";
import { messageOf } from "../base/errors.ts";
import { SourceError } from "./sourceError.ts";

/** How to introduce ourselves to a Git server. Files are read again at each poll, so a rotated token needs no restart. */
export interface CredentialOptions {
  /** Name for basic authentication; most servers accept any with a token. Default `git`. */
  readonly username?: string;
  readonly usernameFile?: string;
  /** File with the token or password. */
  readonly tokenFile?: string;
  /** File with PEM certificates to trust besides the well-known ones. */
  readonly caFile?: string;
}

/**
 * The Authorization header to send at once, or `undefined` for anonymous access.
 *
 * Credentials in the URL count where no file gives them.
 *
 * @throws SourceError credentials
 */
export async function readAuthorization(url: URL, options: CredentialOptions): Promise<string | undefined> {
  const token =
    options.tokenFile === undefined ? decodeURIComponent(url.password) : await readSecret(options.tokenFile);
  const username =
    options.usernameFile === undefined
      ? options.username || decodeURIComponent(url.username)
      : await readSecret(options.usernameFile);
  if (!token && !username) return undefined;
  return `Basic ${Buffer.from(`${username || "git"}:${token}`).toString("base64")}`;
}

/** The certificates to trust; `undefined` means those of the runtime. @throws SourceError credentials */
export async function readTrust(options: CredentialOptions): Promise<readonly string[] | undefined> {
  if (options.caFile === undefined) return undefined;
  const pem = await readSecret(options.caFile);
  if (!pem.includes("-----BEGIN CERTIFICATE-----"))
    throw new SourceError("credentials", `${options.caFile}: no PEM certificate in it`);
  return [...rootCertificates, pem];
}

async function readSecret(file: string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (error) {
    throw new SourceError("credentials", `${file}: ${messageOf(error)}`, {
      cause: error,
      hint: "make the file readable, or correct its path in the configuration",
    });
  }
}
