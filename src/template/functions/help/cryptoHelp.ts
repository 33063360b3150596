import type { FunctionFamily } from "../functionHelp.ts";

/** Help on the functions of this family. */
export const CRYPTO_HELP: FunctionFamily = {
  title: "Passwords, keys and certificates",
  functions: [
    {
      name: "bcrypt",
      signature: "bcrypt PASSWORD -> string",
      summary:
        "The bcrypt hash of PASSWORD, cost 10, at most 72 bytes; the same one in each later rendering.",
      example: '{{bcrypt "secret" | trunc 7}}',
      result: "$2a$10$",
    },
    {
      name: "htpasswd",
      signature: "htpasswd USER PASSWORD -> string",
      summary: "A line for a password file, with bcrypt; the same one in each later rendering.",
      example: '{{htpasswd "admin" "secret" | trunc 13}}',
      result: "admin:$2a$10$",
    },
    {
      name: "derivePassword",
      signature: "derivePassword COUNTER TYPE PASSWORD USER SITE -> string",
      summary:
        "The password of the Master Password algorithm; TYPE is maximum, long, medium, short, basic or pin.",
      example: '{{derivePassword 1 "long" "password" "user" "example.com"}}',
      result: "ZedaFaxcZaso9*",
    },
    {
      name: "encryptAES",
      signature: "encryptAES KEY TEXT -> string",
      summary:
        "TEXT encrypted with AES-256 in CBC mode, in base64; the same one in each later rendering. KEY counts up to its 32nd byte.",
      example: '{{encryptAES "key" "text" | decryptAES "key"}}',
      result: "text",
    },
    {
      name: "decryptAES",
      signature: "decryptAES KEY TEXT -> string",
      summary: "What encryptAES encrypted with the same KEY.",
      example: '{{decryptAES "key" "rMt+50PHqmYu9t4kt+E4ITEiuacwE8yuz6CKVDmQE10="}}',
      result: "value",
    },
    {
      name: "genPrivateKey",
      signature: "genPrivateKey TYPE -> string",
      summary:
        "A new private key in PEM, the same one in each later rendering; TYPE is rsa (4096 bits), dsa, ecdsa (P-256) or ed25519.",
      example: '{{genPrivateKey "ecdsa" | trunc 30}}',
      result: "-----BEGIN EC PRIVATE KEY-----",
    },
    {
      name: "buildCustomCert",
      signature: "buildCustomCert CERT KEY -> certificate",
      summary: "The pair .Cert and .Key of a certificate and a key that are given in base64 of PEM.",
      example:
        '{{$ca := genCA "ca" 1}}{{$c := buildCustomCert (b64enc $ca.Cert) (b64enc $ca.Key)}}{{eq $c.Key $ca.Key}}',
      result: "true",
    },
    {
      name: "genCA",
      signature: "genCA NAME DAYS -> certificate",
      summary:
        "A certificate authority with a new key, as .Cert and .Key; the same one in each later rendering.",
      example: '{{(genCA "ca" 365).Cert | trunc 27}}',
      result: "-----BEGIN CERTIFICATE-----",
    },
    {
      name: "genCAWithKey",
      signature: "genCAWithKey NAME DAYS KEY -> certificate",
      summary: "A certificate authority with the private KEY in PEM, as .Cert and .Key.",
      example: '{{$key := genPrivateKey "ecdsa"}}{{eq (genCAWithKey "ca" 365 $key).Key $key}}',
      result: "true",
    },
    {
      name: "genSelfSignedCert",
      signature: "genSelfSignedCert NAME IPS DNS DAYS -> certificate",
      summary:
        "A certificate that signs itself, with a new key, as .Cert and .Key; IPS and DNS are lists or nil.",
      example: '{{(genSelfSignedCert "db" (list "10.0.0.1") (list "db.svc") 30).Cert | trunc 27}}',
      result: "-----BEGIN CERTIFICATE-----",
    },
    {
      name: "genSelfSignedCertWithKey",
      signature: "genSelfSignedCertWithKey NAME IPS DNS DAYS KEY -> certificate",
      summary: "A certificate that signs itself, with the private KEY in PEM, as .Cert and .Key.",
      example:
        '{{(genSelfSignedCertWithKey "db" nil (list "db.svc") 30 (genPrivateKey "ecdsa")).Cert | trunc 27}}',
      result: "-----BEGIN CERTIFICATE-----",
    },
    {
      name: "genSignedCert",
      signature: "genSignedCert NAME IPS DNS DAYS CA -> certificate",
      summary:
        "A certificate with a new key, signed by what genCA gave, as .Cert and .Key; the same one while CA is.",
      example: '{{$ca := genCA "ca" 365}}{{(genSignedCert "db" nil (list "db.svc") 30 $ca).Cert | trunc 27}}',
      result: "-----BEGIN CERTIFICATE-----",
    },
    {
      name: "genSignedCertWithKey",
      signature: "genSignedCertWithKey NAME IPS DNS DAYS CA KEY -> certificate",
      summary: "A certificate with the private KEY in PEM, signed by CA, as .Cert and .Key.",
      example:
        '{{$key := genPrivateKey "ecdsa"}}{{$ca := genCAWithKey "ca" 365 $key}}{{(genSignedCertWithKey "db" nil nil 30 $ca $key).Cert | trunc 27}}',
      result: "-----BEGIN CERTIFICATE-----",
    },
  ],
};
