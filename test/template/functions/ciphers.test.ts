import { compareSync, decodeBase64 } from "bcryptjs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fixedRandom, recordedRandom, render, seededRandom } from "./testRandom.ts";

/** Made by golang.org/x/crypto/bcrypt. */
const HASHES: readonly (readonly [string, string, string])[] = [
  ["a word", "secret", "$2a$10$5dKwvzDb575YgfNtQUP6K.3.p8RN8yjXxly0SF4u3wZVRIyEFHHYC"],
  ["nothing", "", "$2a$10$eQp9Iglf2M6GCFmSG58Q7.Xj3mZ4kIy6iTKhqzJRUYybjXrPVle6u"],
  ["Unicode", "größe 日本 😀", "$2a$10$ATAtX.RcpbsfdYGtd3fccuJ1U8acOtHCkCnqvrWB0bhtVFNPqqSQ2"],
  ["a zero byte", "a\u0000b", "$2a$10$L3xudQhjxPskjEgWZn7G2uINMAv.VHLLACY9Brqz0n.C6XLnk..wW"],
  ["72 bytes", `${"0123456789".repeat(7)}ab`, "$2a$10$PSyWWMa3s9V9wTyhq6vWvOJ5U947iVQvvq6DBqyEPgzm73giRPffO"],
];

test.each(HASHES)("bcrypt of %s is Go's with Go's salt", (_name, password, hash) => {
  const salt = Uint8Array.from(decodeBase64(hash.slice(7, 29), 16));
  expect(render("{{bcrypt .}}", fixedRandom(salt), password)).toBe(hash);
});

test("htpasswd hashes the password after the user's name", () => {
  const line = render('{{htpasswd "größe" "pässwörd"}}', seededRandom("htpasswd"));
  const [user, hash = ""] = line.split(":");
  expect([user, compareSync("pässwörd", hash), compareSync("other", hash)]).toEqual(["größe", true, false]);
});

test("a password that is no text is an error", () => {
  expect(() => render('{{bcrypt "\\xff"}}', seededRandom("x"))).toThrow("the password is not valid UTF-8");
});

/** Made by Sprig 3.3.0. */
test.each([
  ["key", "value", "rMt+50PHqmYu9t4kt+E4ITEiuacwE8yuz6CKVDmQE10="],
  ["", "v", "euGnwjinFqXiiuVBdjQWPvrrIy2lPvVZmagSSV4trOk="],
  ["größe 😀", "日本 😀", "heIf39Pa4qhPpZ/gvpjE6/1GADO7epLR+uQF3kUrIy0="],
  ["k".repeat(40), "x".repeat(17), "6wcBK7vME++IcmTb12F5j87SC77gtSb7Y5gXmMPJSpMI+nHTakufrkl+tzeImLv3"],
])("encryptAES with key %j of %j is Go's with Go's first block", (key, text, encrypted) => {
  const start = Buffer.from(encrypted, "base64").subarray(0, 16);
  const random = fixedRandom(start);
  expect(render("{{encryptAES .key .text}}", random, { key, text })).toBe(encrypted);
  expect(render("{{decryptAES .key .encrypted}}", random, { key, encrypted })).toBe(text);
});

test("decryptAES undoes encryptAES for any key and text", () => {
  const template = "{{encryptAES .key .text | decryptAES .key}}";
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (key, text) => {
      expect(render(template, seededRandom(text), { key, text })).toBe(text);
    }),
    { numRuns: 50 },
  );
});

test.each([
  ['bcrypt "pw"', "a hash", "bcrypt", '"pw"'],
  ['htpasswd "me" "pw"', "a hash", "htpasswd", '"me"\u0000"pw"'],
  ['encryptAES "k" "v"', "an encrypted text", "encryptAES", '"k"\u0000"v"'],
])("%s is what was recorded for it", (call, record, name, args) => {
  const random = recordedRandom(record);
  expect(render(`{{${call}}}`, random)).toBe(name === "htpasswd" ? `me:${record}` : record);
  expect(random.calls).toEqual([{ template: "t", function: name, args }]);
});

test.each(["bcrypt (print .)", 'htpasswd "u" (print .)', 'derivePassword 1 "pin" (print .) "u" "s"'])(
  "%s in a loop ends at the limit of work",
  (call) => {
    const endless = `{{range until 900000}}{{$_ := ${call}}}{{end}}`;
    expect(() => render(endless, seededRandom("x"), {}, { work: 40_000_000 })).toThrow("units of work");
  },
);
