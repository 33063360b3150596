import fc from "fast-check";
import { expect, test } from "vitest";
import { formatFloat } from "../../src/template/formatFloat.ts";
import { kudoFunctions } from "../../src/template/functions/table.ts";
import { bytesOf, runeCount, textOf } from "../../src/template/goString.ts";
import { goValueOf, mapOf, wrapInt } from "../../src/template/goValue.ts";
import { Lexer } from "../../src/template/lexer.ts";
import { unquote } from "../../src/template/literal.ts";
import { quote } from "../../src/template/quote.ts";
import { parseTemplate } from "../../src/template/template.ts";
import { TemplateError } from "../../src/template/templateError.ts";

const text = fc.string({ unit: "binary" });
const bytes = fc.array(fc.integer({ min: 0, max: 255 })).map((codes) => String.fromCharCode(...codes));
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

test("text is the same after a way through bytes", () => {
  fc.assert(
    fc.property(text, (value) => {
      expect(textOf(bytesOf(value))).toBe(value.toWellFormed());
    }),
  );
});

test("bytes that are no UTF-8 count and read as one character each", () => {
  fc.assert(
    fc.property(bytes, (value) => {
      expect([...textOf(value)]).toHaveLength(runeCount(value));
    }),
  );
});

test("what quote writes, a string literal reads", () => {
  fc.assert(
    fc.property(bytes, (value) => {
      expect(unquote(quote(value))).toBe(value);
    }),
  );
});

test("the shortest form of a float reads back as the same float", () => {
  const verbs = ["e", "f", "g"] as const;
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(...verbs),
      (value, verb) => {
        expect(Number(formatFloat(value, verb, -1))).toBe(value);
      },
    ),
  );
});

test("a fixed number of digits agrees with the exact value", () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 9 }), (n, digits) => {
      expect(Number(formatFloat(n / 1024, "f", 10 + digits))).toBe(n / 1024);
    }),
  );
});

test.each([
  ["add", (a: bigint, b: bigint) => a + b],
  ["sub", (a: bigint, b: bigint) => a - b],
  ["mul", (a: bigint, b: bigint) => a * b],
  ["div", (a: bigint, b: bigint) => (b === 0n ? undefined : a / b)],
  ["mod", (a: bigint, b: bigint) => (b === 0n ? undefined : a % b)],
])("%s wraps around as 64 bits do", (name, exact) => {
  const template = parseTemplate("t", `{{${name} .a .b}}`, kudoFunctions);
  fc.assert(
    fc.property(int64, int64, (a, b) => {
      const expected = exact(a, b);
      if (expected === undefined) return;
      const data = mapOf([
        ["a", wrapInt(a)],
        ["b", wrapInt(b)],
      ]);
      expect(template.execute(data)).toBe(String(BigInt.asIntN(64, expected)));
    }),
  );
});

test("text without actions comes out as it went in", () => {
  fc.assert(
    fc.property(
      text.filter((value) => !value.includes("{{")),
      (value) => {
        expect(parseTemplate("t", value, new Map()).execute(undefined)).toBe(value.toWellFormed());
      },
    ),
  );
});

test("a value inside an action comes out as it went in", () => {
  const template = parseTemplate("t", "{{.s}}|{{b64dec (b64enc .s)}}|{{b32dec (b32enc .s)}}", kudoFunctions);
  fc.assert(
    fc.property(text, (value) => {
      const s = value.toWellFormed();
      expect(template.execute(goValueOf({ s: value }))).toBe(`${s}|${s}|${s}`);
    }),
  );
});

test("fromJson reads what toJson writes", () => {
  const template = parseTemplate("t", "{{deepEqual . (fromJson (toJson .))}}", kudoFunctions);
  fc.assert(
    fc.property(fc.json(), (json) => {
      expect(template.execute(goValueOf(JSON.parse(json)))).toBe("true");
    }),
  );
});

test("the lexer loses no character of a template without trim markers", () => {
  const part = fc.constantFrom(
    "a",
    " ",
    "\n",
    "{{",
    "}}",
    ".x",
    "$y",
    '"s"',
    "1.5",
    "|",
    "(",
    ")",
    "é",
    "if",
    ":=",
    ",",
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const source = bytesOf(parts.join(""));
      const lexer = new Lexer(source);
      let seen = "";
      for (let token = lexer.next(); token.type !== "eof"; token = lexer.next()) {
        if (token.type === "error") return;
        expect(token.pos).toBe(seen.length);
        seen += token.value;
      }
      expect(seen).toBe(source);
    }),
  );
});

test("any text is a template or a located error", () => {
  const part = fc.constantFrom(
    ..."{{ }} {{- -}} . .a $ $x := = | ( ) if else end range with define template block break nil true 1 'a' \"s\" , print len index"
      .split(" ")
      .flatMap((word) => [word, `${word} `]),
    "\n",
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
      try {
        parseTemplate("t", parts.join(""), kudoFunctions).execute(goValueOf({ a: [1, "x"] }));
      } catch (error) {
        expect(error).toBeInstanceOf(TemplateError);
        expect((error as TemplateError).line).toBeGreaterThan(0);
      }
    }),
    { numRuns: 500 },
  );
});
