import { asList, asObject, asString, isJsonObject, type JsonValue } from "../../object/json.ts";
import type { FieldCause } from "../objectPipeline.ts";
import { selectorMatcher } from "../store/labelSelector.ts";
import { invalidValue, invalidValues, labelRule, required } from "./nameRules.ts";

/** What a pod spec lacks; `at` is its path. */
export function podSpecCauses(spec: JsonValue | undefined, at: string): readonly FieldCause[] {
  const containers = asList(asObject(spec).containers);
  if (containers.length === 0) return [required(`${at}.containers`)];
  return [
    ...containerCauses(containers, `${at}.containers`),
    ...containerCauses(asList(asObject(spec).initContainers), `${at}.initContainers`),
    ...mountCauses(spec, at),
  ];
}

/** Selector and template of a workload must fit. */
export function selectorCauses(spec: JsonValue | undefined): readonly FieldCause[] {
  const { selector, template } = asObject(spec);
  const labels = asObject(asObject(template).metadata).labels;
  const causes: FieldCause[] = [];
  if (!isJsonObject(selector)) causes.push(required("spec.selector"));
  else if (!selector.matchLabels && !selector.matchExpressions) {
    causes.push(invalidValue("spec.selector", selector, "empty selector is invalid for deployment"));
  }
  if (!selectorMatcher(selector)(asObject(labels) as Record<string, string>)) {
    causes.push(
      invalidValue(
        "spec.template.metadata.labels",
        labels ?? null,
        "`selector` does not match template `labels`",
      ),
    );
  }
  return causes;
}

function containerCauses(containers: readonly JsonValue[], at: string): readonly FieldCause[] {
  const seen = new Set<string>();
  return containers.flatMap((item, index) => {
    const { name, image } = asObject(item);
    const text = asString(name) ?? "";
    const causes: FieldCause[] = [];
    if (text === "") causes.push(required(`${at}[${index}].name`));
    else causes.push(...invalidValues(`${at}[${index}].name`, text, labelRule));
    if (seen.has(text) && text !== "") {
      causes.push({
        reason: "FieldValueDuplicate",
        message: `Duplicate value: ${JSON.stringify(text)}`,
        field: `${at}[${index}].name`,
      });
    }
    seen.add(text);
    if ((asString(image) ?? "") === "" && !at.includes("template"))
      causes.push(required(`${at}[${index}].image`));
    return causes;
  });
}

function mountCauses(spec: JsonValue | undefined, at: string): readonly FieldCause[] {
  const { volumes, containers, initContainers } = asObject(spec);
  const known = new Set(asList(volumes).map((volume) => asString(asObject(volume).name)));
  const check = (list: JsonValue | undefined, member: string): readonly FieldCause[] =>
    asList(list).flatMap((container, index) =>
      asList(asObject(container).volumeMounts).flatMap((mount, position): readonly FieldCause[] => {
        const name = asString(asObject(mount).name) ?? "";
        if (known.has(name)) return [];
        const field = `${at}.${member}[${index}].volumeMounts[${position}].name`;
        return [{ reason: "FieldValueNotFound", message: `Not found: ${JSON.stringify(name)}`, field }];
      }),
    );
  return [...check(initContainers, "initContainers"), ...check(containers, "containers")];
}
