import type { FunctionFamily } from "../functionHelp.ts";

/** Help on the functions of this family. */
export const VERSION_HELP: FunctionFamily = {
  title: "Semantic versions",
  functions: [
    {
      name: "semver",
      signature: "semver TEXT -> *semver.Version",
      summary:
        "A version with Major, Minor, Patch, Prerelease, Metadata, Original, and Compare with another.",
      example: '{{$v := semver "1.4.2-rc.1"}}{{$v.Major}}.{{$v.Minor}} {{$v.Prerelease}}',
      result: "1.4 rc.1",
    },
    {
      name: "semverCompare",
      signature: "semverCompare CONDITION VERSION -> bool",
      summary: "Whether VERSION meets CONDITION: ^1.2, ~1.2.3, >=1.2, <2 || 3.x.",
      example: '{{semverCompare "^1.2.0" "1.4.5"}}',
      result: "true",
    },
  ],
};
