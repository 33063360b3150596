import type { FunctionFamily } from "../functionHelp.ts";

/** Help on the functions of this family. */
export const URL_HELP: FunctionFamily = {
  title: "URLs",
  functions: [
    {
      name: "urlParse",
      signature: "urlParse URL -> map[string]any",
      summary: "The parts of URL: scheme, host, hostname, path, query, opaque, fragment and userinfo.",
      example: '{{(urlParse "https://me@example.com:80/a?q=1#f").hostname}}',
      result: "example.com",
    },
    {
      name: "urlJoin",
      signature: "urlJoin MAP -> string",
      summary: "The URL of such parts.",
      example: '{{urlJoin (dict "scheme" "https" "host" "example.com:80" "path" "/a" "query" "q=1")}}',
      result: "https://example.com:80/a?q=1",
    },
  ],
};
