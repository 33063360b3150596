import { createCipheriv, createDecipheriv, createHmac, scryptSync } from "node:crypto";
import { encodeBase64, hashSync } from "bcryptjs";
import { type CallContext, fn, GoError, type GoFunctions, type ParamType, STRING } from "../goFunction.ts";
import { bytesOf, textOf } from "../goString.ts";
import { SizedInt } from "../goValue.ts";
import { base64Problem, decodeBase64 } from "./base64.ts";
import { drawOf } from "./random.ts";

/** Go's uint32, which only a literal can be. */
const UINT32: ParamType<SizedInt> = {
  name: "uint32",
  literal: "unsigned integer",
  nil: undefined,
  accepts: (value) => value instanceof SizedInt && value.type === "uint32",
};

/** Sprig's passwords and encryption. @see Sprig 2.22 and 3.3, crypto.go */
export const CIPHER_FUNCTIONS: GoFunctions = new Map([
  ["encryptAES", fn([STRING, STRING], ([key, text], context) => encrypt(key, text, context))],
  ["decryptAES", fn([STRING, STRING], ([key, text]) => decrypt(key, text))],
  ["bcrypt", fn([STRING], ([password], context) => bcrypt("bcrypt", [password], password, context))],
  ["htpasswd", fn([STRING, STRING], ([user, password], context) => htpasswd(user, password, context))],
  [
    "derivePassword",
    fn([UINT32, STRING, STRING, STRING, STRING], ([counter, ...rest], context) =>
      derivePassword(counter, rest, context),
    ),
  ],
]);

const BLOCK = 16;

/** AES-256 in CBC mode; the key is the password's first 32 bytes, zeros after it. */
function encrypt(password: string, text: string, context: CallContext): string {
  if (text === "") return "";
  return context.recall("encryptAES", [password, text], () => {
    const start = Buffer.from(drawOf(context)(BLOCK));
    const cipher = createCipheriv("aes-256-cbc", aesKey(password), start);
    return Buffer.concat([start, cipher.update(text, "latin1"), cipher.final()]).toString("base64");
  });
}

function aesKey(password: string): Buffer {
  const key = Buffer.alloc(32);
  key.write(password, "latin1");
  return key;
}

/** Undoes {@link encrypt}; what Go panics with is the error. */
function decrypt(password: string, text: string): string {
  if (text === "") return "";
  const bytes = decodedBytes(text);
  if (bytes.length < BLOCK)
    throw new GoError(`runtime error: slice bounds out of range ${bounds(text, bytes)}`);
  if (bytes.length % BLOCK !== 0) throw new GoError("crypto/cipher: input not full blocks");
  if (bytes.length === BLOCK) throw new GoError("runtime error: index out of range [-1]");
  const decipher = createDecipheriv("aes-256-cbc", aesKey(password), bytes.subarray(0, BLOCK));
  decipher.setAutoPadding(false);
  const plain = Buffer.concat([decipher.update(bytes.subarray(BLOCK)), decipher.final()]);
  const end = plain.length - (plain.at(-1) ?? 0);
  if (end < 0) throw new GoError(`runtime error: slice bounds out of range [:${end}]`);
  return plain.toString("latin1", 0, end);
}

function decodedBytes(text: string): Buffer {
  const problem = base64Problem(text);
  if (problem !== undefined) throw new GoError(problem);
  return Buffer.from(decodeBase64(text), "latin1");
}

/** Go's words for the first block of too few bytes: line breaks in the text make its buffer larger. */
function bounds(text: string, { length }: Buffer): string {
  const capacity = Math.floor(text.length / 4) * 3;
  return capacity < BLOCK ? `[:${BLOCK}] with capacity ${capacity}` : `[${BLOCK}:${length}]`;
}

/** Units of work of a hash: some 60 ms. */
const BCRYPT_WORK = 12 * 1024 * 1024;
/** Bytes that bcrypt can hash. */
const BCRYPT_LENGTH = 72;

/** A hash of cost 10, or, as in Sprig, a text that says what is wrong. */
function bcrypt(name: string, args: readonly string[], password: string, context: CallContext): string {
  if (password.length > BCRYPT_LENGTH) {
    return `failed to encrypt string with bcrypt: bcrypt: password length exceeds ${BCRYPT_LENGTH} bytes`;
  }
  const text = textOf(password);
  if (bytesOf(text) !== password) throw new GoError("the password is not valid UTF-8"); // the library takes text
  return context.recall(name, args, () => {
    context.charge(BCRYPT_WORK);
    const salt = encodeBase64([...drawOf(context)(16)], 16);
    return hashSync(text, `$2a$10$${salt}`);
  });
}

function htpasswd(user: string, password: string, context: CallContext): string {
  if (user.includes(":")) return `invalid username: ${user}`;
  return `${user}:${bcrypt("htpasswd", [user, password], password, context)}`;
}

/** Units of work of the derivation: some 170 ms. */
const DERIVE_WORK = 24 * 1024 * 1024;
const SCOPE = Buffer.from("com.lyndir.masterpassword");

/** The Master Password algorithm; a text that says what is wrong when there are no such passwords. */
function derivePassword(
  counter: SizedInt,
  [type, password, user, site]: readonly [string, string, string, string],
  context: CallContext,
): string {
  const templates = PASSWORD_TEMPLATES.get(type);
  if (templates === undefined) return `cannot find password template ${type}`;
  context.charge(DERIVE_WORK);
  const salt = Buffer.concat([SCOPE, counted(user)]);
  const cost = { N: 32768, r: 8, p: 2, maxmem: 64 * 1024 * 1024 };
  const key = scryptSync(Buffer.from(password, "latin1"), salt, 64, cost);
  const seed = createHmac("sha256", key)
    .update(Buffer.concat([SCOPE, counted(site), uint32(Number(counter.value))]))
    .digest();
  const template = templates[(seed[0] ?? 0) % templates.length] ?? "";
  return Array.from(template, (kind, index) => {
    const characters = PASSWORD_CHARACTERS.get(kind) ?? "";
    return characters[(seed[index + 1] ?? 0) % characters.length];
  }).join("");
}

function counted(bytes: string): Buffer {
  return Buffer.concat([uint32(bytes.length), Buffer.from(bytes, "latin1")]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** The patterns of each type of password, a letter for a kind of character. */
const PASSWORD_TEMPLATES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    maximum: "anoxxxxxxxxxxxxxxxxx axxxxxxxxxxxxxxxxxno",
    long:
      "CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv CvccCvcvCvcvno CvcvnoCvccCvcv " +
      "CvcvCvccnoCvcv CvcvCvccCvcvno CvcvnoCvcvCvcc CvcvCvcvnoCvcc CvcvCvcvCvccno CvccnoCvccCvcv CvccCvccnoCvcv " +
      "CvccCvccCvcvno CvcvnoCvccCvcc CvcvCvccnoCvcc CvcvCvccCvccno CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno",
    medium: "CvcnoCvc CvcCvcno",
    short: "Cvcn",
    basic: "aaanaaan aannaaan aaannaaa",
    pin: "nnnn",
  }).map(([type, templates]) => [type, templates.split(" ")]),
);

const PASSWORD_CHARACTERS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    V: "AEIOU",
    C: "BCDFGHJKLMNPQRSTVWXYZ",
    v: "aeiou",
    c: "bcdfghjklmnpqrstvwxyz",
    a: "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
    n: "0123456789",
    o: "@&%?,=[]_:-+*$#!'^~;()/.",
    x: "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
  }),
);
