import { FUNCTION_FAMILIES } from "../src/template/functions/help/functionFamilies.ts";
import { SPRIG_DIFFERENCES } from "../src/template/functions/help/sprigDifferences.ts";

// Prints the examples of the reference as rows for test/template/go, which says what they give; with `differences`
// those of the differences between the Sprigs:
//
//	node scripts/exampleRows.ts | (cd test/template/go && go run .) > test/template/rows/examples.jsonl
//	(node scripts/exampleRows.ts differences; cat test/template/rows/*.jsonl) | (cd test/template/go && go run ./differences …)
const examples = FUNCTION_FAMILIES.flatMap(({ functions }) =>
  functions.map(({ name, example }) => ({ name: `example ${name}`, template: example })),
);
const differences = SPRIG_DIFFERENCES.flatMap(({ example }) =>
  example === undefined ? [] : [{ name: "difference", template: example }],
);
const rows = process.argv[2] === "differences" ? differences : examples;
process.stdout.write(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
