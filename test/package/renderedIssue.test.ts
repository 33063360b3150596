import { expect, test } from "vitest";
import { formatIssue } from "../../src/base/issue.ts";
import { verifyPackage } from "../../src/package/verifyPackage.ts";
import { APP, loadGood } from "./smallPackage.ts";

/** What is said of a template that begins with 6 good lines. */
async function said(end: string): Promise<readonly string[]> {
  const loaded = await loadGood({ "templates/app.yaml": APP + end });
  return verifyPackage(loaded).map((issue) => formatIssue(issue));
}

const HEAD = "with the default parameters app.yaml renders to something unusable";

test("a mistake in the result is shown with the line of the template that wrote it", async () => {
  const end = '{{- /* two\nlines */}}\n{{ toYaml (dict "a" 1 "b" 2) | indent 1 }}\n';
  const [text, ...more] = await said(end);
  expect(more).toEqual([]);
  expect(text).toContain(`operators/demo/templates/app.yaml:9: ${HEAD}, line 7 of the result: `);
  expect(text).toContain(`
  7 |  a: 1
    |  ^
  from line 9 of the template
  9 | {{ toYaml (dict "a" 1 "b" 2) | indent 1 }}`);
});

test("a mistake in a loop has the line inside it", async () => {
  const [text] = await said("{{- range until 3 }}\n  x: {{ . }}: y\n{{- end }}\n");
  expect(text).toMatch(/app\.yaml:8: .*line 7 of the result/);
});
