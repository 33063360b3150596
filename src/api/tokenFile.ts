import { readFile, stat } from "node:fs/promises";
import { messageOf } from "../base/errors.ts";
import { ApiError } from "./problem.ts";

/**
 * Reads the token in a file, anew whenever the file changed, so that a rotated token needs no restart.
 *
 * @throws ApiError while the file cannot be read or is empty: nobody writes then
 */
export function tokenFile(file: string): () => Promise<string> {
  let known: { readonly changed: number; readonly size: number; readonly token: string } | undefined;
  return async () => {
    try {
      const { mtimeMs, size } = await stat(file);
      if (known?.changed !== mtimeMs || known.size !== size)
        known = { changed: mtimeMs, size, token: (await readFile(file, "utf8")).trim() };
    } catch (error) {
      throw new ApiError(503, "auth.tokenFile", `the token file cannot be read: ${messageOf(error)}`, {
        cause: error,
      });
    }
    if (known.token === "")
      throw new ApiError(503, "auth.tokenFile", "the token file is empty", {
        hint: "write a long random text into it",
      });
    return known.token;
  };
}
