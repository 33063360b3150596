import { asObject, asString, type JsonObject } from "../../object/json.ts";
import type { ResourceType } from "../registry/resourceType.ts";
import { type Caller, mayDo } from "./accessTokens.ts";

/** The answer to a review of a token or of a right; `undefined` when the kind is no review. */
export function reviewObject(
  type: ResourceType,
  body: JsonObject,
  caller: Caller,
  tokens: ReadonlyMap<string, Caller>,
): JsonObject | undefined {
  const answer = (status: JsonObject): JsonObject => ({
    kind: type.kind,
    apiVersion: type.apiVersion,
    metadata: {},
    ...(body.spec === undefined ? {} : { spec: body.spec }),
    status,
  });
  const spec = asObject(body.spec);
  switch (type.kind) {
    case "TokenReview":
      return answer(tokenStatus(tokens.get(asString(spec.token) ?? "")));
    case "SelfSubjectReview":
      return answer({ userInfo: userInfo(caller) });
    case "SelfSubjectAccessReview":
      return answer(accessStatus(caller, spec));
    case "SubjectAccessReview":
    case "LocalSubjectAccessReview": {
      const named = [...tokens.values()].find(({ user }) => user === spec.user);
      return answer(named ? accessStatus(named, spec) : { allowed: false });
    }
    case "SelfSubjectRulesReview":
      return answer({
        resourceRules: [{ verbs: verbsOf(caller), apiGroups: ["*"], resources: ["*"] }],
        nonResourceRules: [{ verbs: ["get"], nonResourceURLs: ["*"] }],
        incomplete: false,
      });
    default:
      return undefined;
  }
}

function tokenStatus(caller: Caller | undefined): JsonObject {
  return caller
    ? { authenticated: true, user: userInfo(caller) }
    : { user: {}, error: "invalid bearer token" };
}

function accessStatus({ rights }: Caller, spec: JsonObject): JsonObject {
  const { verb } = asObject(spec.resourceAttributes ?? spec.nonResourceAttributes);
  return { allowed: mayDo(rights, asString(verb) ?? "") };
}

function userInfo({ user, groups }: Caller): JsonObject {
  return { username: user, groups: [...groups, "system:authenticated"] };
}

function verbsOf({ rights }: Caller): readonly string[] {
  return rights === "all" ? ["*"] : rights === "read" ? ["get", "list", "watch"] : [];
}
