import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
  X509Certificate,
} from "node:crypto";
import { expect, test } from "vitest";
import type { JsonValue } from "../../../src/object/json.ts";
import type { RandomSource } from "../../../src/template/randomSource.ts";
import { NOW, recordedRandom, render, seededRandom } from "./testRandom.ts";

/** Certificate and key of each variable that a template declares. */
function pairs(
  declare: string,
  names: readonly string[],
  random: RandomSource,
  data: JsonValue = {},
): Pair[] {
  const show = names.map((name) => `{{$${name}.Cert}}\u0001{{$${name}.Key}}\u0001`).join("");
  const parts = render(declare + show, random, data).split("\u0001");
  return names.map((_name, index) => {
    const pem = parts[2 * index + 1] ?? "";
    return { certificate: new X509Certificate(parts[2 * index] ?? ""), key: createPrivateKey(pem), pem };
  });
}

interface Pair {
  readonly certificate: X509Certificate;
  readonly key: KeyObject;
  readonly pem: string;
}

const keys = Object.fromEntries(
  (
    [
      ["rsa", generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey],
      ["p224", generateKeyPairSync("ec", { namedCurve: "secp224r1" }).privateKey],
      ["p256", generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey],
      ["p384", generateKeyPairSync("ec", { namedCurve: "secp384r1" }).privateKey],
      ["p521", generateKeyPairSync("ec", { namedCurve: "secp521r1" }).privateKey],
      ["ed25519", generateKeyPairSync("ed25519").privateKey],
    ] as const
  ).map(([name, key]) => [name, key.export({ format: "pem", type: "pkcs8" }).toString()]),
);

test("a signed certificate, its authority and their keys belong together", () => {
  const declare =
    '{{$ca := genCA "root of é" 3650}}{{$leaf := genSignedCert "db.svc" (list "10.0.0.1" "::1") (list "db.svc" "*.db.svc") 30 $ca}}';
  const [ca, leaf] = pairs(declare, ["ca", "leaf"], seededRandom("chain")) as [Pair, Pair];
  expect(ca.key.asymmetricKeyDetails).toEqual({ modulusLength: 2048, publicExponent: 65537n });
  expect(ca.certificate).toMatchObject({ ca: true, subject: "CN=root of é", issuer: "CN=root of é" });
  expect(ca.certificate.subjectAltName).toBeUndefined();
  expect(leaf.certificate).toMatchObject({
    ca: false,
    subject: "CN=db.svc",
    issuer: "CN=root of é",
    subjectAltName: "DNS:db.svc, DNS:*.db.svc, IP Address:10.0.0.1, IP Address:0:0:0:0:0:0:0:1",
    keyUsage: ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"],
    validFrom: "Jan  1 12:00:00 2027 GMT",
    validTo: "Jan 31 12:00:00 2027 GMT",
  });
  expect(leaf.certificate.checkIssued(ca.certificate)).toBe(true);
  expect(leaf.certificate.verify(ca.certificate.publicKey)).toBe(true);
  expect(ca.certificate.verify(ca.certificate.publicKey)).toBe(true);
  expect(leaf.certificate.checkPrivateKey(leaf.key)).toBe(true);
  expect(ca.certificate.checkPrivateKey(ca.key)).toBe(true);
  expect(leaf.certificate.checkHost("x.db.svc")).toBe("*.db.svc");
  expect(leaf.certificate.checkIP("10.0.0.1")).toBe("10.0.0.1");
  expect([ca.pem, leaf.pem].every((pem) => pem.startsWith("-----BEGIN RSA PRIVATE KEY-----\n"))).toBe(true);
});

test.each(Object.keys(keys))("a given key of %s signs itself, as an authority, and others", (name) => {
  const declare =
    '{{$self := genSelfSignedCertWithKey "self" nil (list "a") 1 .own}}{{$ca := genCAWithKey "ca" 1 .own}}{{$leaf := genSignedCertWithKey "leaf" nil nil 1 $ca .other}}';
  const data = { own: keys[name] ?? "", other: keys.p256 ?? "" };
  const [self, ca, leaf] = pairs(declare, ["self", "ca", "leaf"], seededRandom(name), data) as [
    Pair,
    Pair,
    Pair,
  ];
  const publicKey = createPublicKey(keys[name] ?? "");
  expect(self.certificate.publicKey.equals(publicKey)).toBe(true);
  expect([self, ca, leaf].map(({ certificate }) => certificate.verify(publicKey))).toEqual([
    true,
    true,
    true,
  ]);
  expect([self, ca, leaf].map(({ certificate }) => certificate.ca)).toEqual([false, true, false]);
  expect(leaf.certificate.checkPrivateKey(createPrivateKey(keys.p256 ?? ""))).toBe(true);
  expect(self.key.equals(createPrivateKey(keys[name] ?? ""))).toBe(true);
});

test.each([
  ["yesterday", "-1", "Dec 31 12:00:00 2026 GMT"],
  ["today", "0", "Jan  1 12:00:00 2027 GMT"],
  ["a hundred years on, in another form", "36500", "Dec  8 12:00:00 2126 GMT"],
])("a certificate may end %s", (_name, days, end) => {
  const declare = `{{$c := genSelfSignedCertWithKey "x" nil nil ${days} .}}`;
  const [pair] = pairs(declare, ["c"], seededRandom(days), keys.ed25519 ?? "");
  expect(pair?.certificate.validTo).toBe(end);
  expect(pair?.certificate.validFromDate.getTime()).toBe(Number(NOW / 1_000_000n));
});

test.each([
  ["", "rsa", "RSA PRIVATE KEY", { modulusLength: 4096, publicExponent: 65537n }],
  ["ecdsa", "ec", "EC PRIVATE KEY", { namedCurve: "prime256v1" }],
  ["ed25519", "ed25519", "PRIVATE KEY", {}],
  ["dsa", "dsa", "DSA PRIVATE KEY", { modulusLength: 2048, divisorLength: 256 }],
])(
  "genPrivateKey %j makes a key of type %s that signs, the same one for the same seed",
  (type, kind, label, details) => {
    const template = `{{genPrivateKey "${type}"}}`;
    const pem = render(template, seededRandom("keys"));
    const key = createPrivateKey(pem);
    const hash = kind === "ed25519" ? null : "sha256";
    const signature = sign(hash, Buffer.from("text"), key);
    expect(pem.split("\n")[0]).toBe(`-----BEGIN ${label}-----`);
    expect([key.asymmetricKeyType, key.asymmetricKeyDetails]).toEqual([kind, details]);
    expect(verify(hash, Buffer.from("text"), createPublicKey(key), signature)).toBe(true);
    expect(render(template, seededRandom("keys"))).toBe(pem);
  },
);

test("the same seed gives the same certificates, also where signatures are random", () => {
  const template =
    '{{$ca := genCA "a" 1}}{{$ca}}{{genSelfSignedCert "b" nil nil 1}}{{genSignedCert "c" nil nil 1 $ca}}{{genCAWithKey "d" 1 .}}';
  const [first, again, other] = ["1", "1", "2"].map((seed) =>
    render(template, seededRandom(seed), keys.p256 ?? ""),
  );
  expect(again).toBe(first);
  expect(other).not.toBe(first);
});

const record = render(
  '{{$c := genCAWithKey "kept" 1 .}}{{$c.Cert}}{{$c.Key}}',
  seededRandom("r"),
  keys.p256 ?? "",
);

test.each([
  ["genCA", '"x" 1', '"x"\u00001'],
  [
    "genSelfSignedCert",
    '"x" (list "1.1.1.1") (list "a") 1',
    '"x"\u0000[]interface {}{"1.1.1.1"}\u0000[]interface {}{"a"}\u00001',
  ],
])("%s is the pair that was recorded for it", (name, args, recorded) => {
  const random = recordedRandom(record);
  expect(render(`{{$c := ${name} ${args}}}{{$c.Cert}}{{$c.Key}}`, random)).toBe(record);
  expect(random.calls).toEqual([{ template: "t", function: name, args: recorded }]);
});

test("what is signed by another authority is another call", () => {
  const calls = [1, 2].map((seed) => {
    const random = seededRandom(String(seed));
    const made: string[] = [];
    const recall: RandomSource["recall"] = (call, make) => {
      if (call.function === "genSignedCertWithKey") made.push(call.args);
      return make();
    };
    const template = '{{genSignedCertWithKey "x" nil nil 1 (genCAWithKey "ca" 1 .) .}}';
    render(template, { bytes: random.bytes, recall }, keys.p256 ?? "");
    return made[0];
  });
  expect(calls[0]).not.toBe(calls[1]);
});

test.each(["", "x", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", record.slice(0, -40)])(
  "a record %# that is no certificate with its key is an error, not a new one",
  (text) => {
    expect(() => render('{{(genCA "x" 1).Key}}', recordedRandom(text))).toThrow(
      "error calling genCA: the recorded value of an earlier genCA cannot be read",
    );
  },
);

test.each(['genPrivateKey "rsa"', 'genPrivateKey "dsa"', 'genCA "x" 1', 'genSelfSignedCert "x" nil nil 1'])(
  "%s in a loop ends at the limit of work",
  (call) => {
    const endless = `{{range until 1000}}{{$_ := ${call}}}{{end}}`;
    expect(() => render(endless, seededRandom("x"), {}, { work: 30_000_000 })).toThrow("units of work");
  },
);
