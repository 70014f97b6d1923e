// Signs the cases of src/aws/testdata/sigv4_cases.json with @smithy/signature-v4, the signer of
// AWS's own SDK for JavaScript, and compares. NODE_PATH names the node_modules that has it.
// Exits with 77 where it is not installed.
"use strict";
const fs = require("node:fs");
const path = require("node:path");

let SignatureV4, Sha256, HttpRequest;
try {
  ({ SignatureV4 } = require("@smithy/signature-v4"));
  ({ Sha256 } = require("@aws-crypto/sha256-js"));
  ({ HttpRequest } = require("@smithy/protocol-http"));
} catch (error) {
  console.log("SKIPPED: @smithy/signature-v4 is not installed:", error.message.split("\n")[0]);
  process.exit(77);
}

const file = path.join(__dirname, "../../src/aws/testdata/sigv4_cases.json");

/** smithy takes decoded keys, and a list where a key is repeated. */
function queryOf(text) {
  const query = {};
  for (const piece of text.split("&").filter(Boolean)) {
    const [key, value = ""] = piece.split("=", 2).map(decodeURIComponent);
    query[key] = key in query ? [].concat(query[key], value) : value;
  }
  return query;
}

function requestOf(test) {
  const headers = { host: test.host };
  for (const [name, value] of test.headers) {
    const key = name.toLowerCase();
    const trimmed = value.trim().replace(/\s+/g, " ");
    headers[key] = key in headers ? `${headers[key]},${trimmed}` : trimmed;
  }
  return new HttpRequest({
    method: test.method, protocol: "https:", hostname: test.host, path: test.path,
    query: queryOf(test.query), headers, body: test.body.repeat(test.repeat),
  });
}

async function signatureOf(test) {
  const s3 = test.service === "s3";
  const signer = new SignatureV4({
    service: test.service, region: test.region, sha256: Sha256, applyChecksum: s3, uriEscapePath: !s3,
    credentials: {
      accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
      ...(test.token && { sessionToken: test.token }),
    },
  });
  const signingDate = new Date(test.time * 1000);
  if (test.lifetime) {
    const signed = await signer.presign(requestOf(test), {
      signingDate, expiresIn: test.lifetime,
      unhoistableHeaders: new Set(test.headers.map(([name]) => name.toLowerCase())),
    });
    return signed.query["X-Amz-Signature"];
  }
  const signed = await signer.sign(requestOf(test), { signingDate });
  return signed.headers.authorization.split("Signature=")[1];
}

async function main() {
  // S3's signed URLs are botocore's alone: smithy puts the body's hash into their query as well.
  const cases = JSON.parse(fs.readFileSync(file, "utf8"))
    .filter((test) => test.service !== "s3" || !test.lifetime);
  let wrong = 0;
  for (const test of cases) {
    const signature = await signatureOf(test);
    if (signature === test.signature) continue;
    wrong += 1;
    console.log(`${test.name}: file ${test.signature}, smithy ${signature}`);
  }
  console.log(`@smithy/signature-v4: ${cases.length} cases, ${wrong} differences`);
  process.exit(wrong || !cases.length ? 1 : 0);
}
main();
