// What PEM certificates say: enough of DER to show a person whom they are for and until when.
import { say } from "../../words/say";

export interface CertificateFacts {
  subject: string;
  issuer: string;
  notAfter: Date;
}

interface Element {
  tag: number;
  from: number;
  to: number;
}

function element(bytes: Uint8Array, at: number): Element {
  const tag = bytes[at] ?? 0;
  let length = bytes[at + 1] ?? 0;
  let from = at + 2;
  if (length > 0x80) {
    const size = length - 0x80;
    if (size > 4) throw new Error("too long");
    length = 0;
    for (let index = 0; index < size; index++) length = length * 256 + (bytes[from + index] ?? 0);
    from += size;
  }
  if (from + length > bytes.length) throw new Error("cut short");
  return { tag, from, to: from + length };
}

function children(bytes: Uint8Array, parent: Element) {
  const found: Element[] = [];
  for (let at = parent.from; at < parent.to;) {
    const child = element(bytes, at);
    found.push(child);
    at = child.to;
  }
  return found;
}

const attributes: Record<string, string> = {
  "55 4 3": "CN",
  "55 4 a": "O",
  "55 4 b": "OU",
  "55 4 6": "C",
};

const text = (bytes: Uint8Array, { from, to }: Element) =>
  new TextDecoder().decode(bytes.subarray(from, to));

function name(bytes: Uint8Array, parent: Element) {
  const parts = children(bytes, parent).flatMap((set) =>
    children(bytes, set).map((pair) => {
      const [type, value] = children(bytes, pair);
      if (!type || !value) return "";
      const id = [...bytes.subarray(type.from, type.to)].map((byte) => byte.toString(16)).join(" ");
      return attributes[id] ? `${attributes[id]}=${text(bytes, value)}` : "";
    }),
  );
  return parts.filter(Boolean).join(", ") || say("wizard.noNameInCertificate");
}

function time(bytes: Uint8Array, item: Element) {
  const digits = text(bytes, item);
  const short = item.tag === 0x17;
  const year = short ? Number(digits.slice(0, 2)) : Number(digits.slice(0, 4));
  const rest = digits.slice(short ? 2 : 4);
  const whole = short ? (year < 50 ? 2000 + year : 1900 + year) : year;
  const two = (at: number) => Number(rest.slice(at, at + 2));
  return new Date(Date.UTC(whole, two(0) - 1, two(2), two(4), two(6), two(8)));
}

function facts(bytes: Uint8Array): CertificateFacts {
  const [inner] = children(bytes, element(bytes, 0));
  if (!inner) throw new Error("empty");
  const fields = children(bytes, inner);
  // The version is there in all but the oldest certificates.
  const first = fields[0]?.tag === 0xa0 ? 1 : 0;
  const [, , issuer, validity, subject] = fields.slice(first);
  if (!issuer || !validity || !subject) throw new Error("not a certificate");
  const [, notAfter] = children(bytes, validity);
  if (!notAfter) throw new Error("no end");
  return {
    subject: name(bytes, subject),
    issuer: name(bytes, issuer),
    notAfter: time(bytes, notAfter),
  };
}

/** The certificates in a PEM text, or a sentence on what is wrong with it. */
export function readCertificates(pem: string): CertificateFacts[] | string {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) return say("wizard.holdsPrivateKey");
  const blocks = [
    ...pem.matchAll(/-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/g),
  ];
  if (blocks.length === 0) return say("wizard.notPem", { block: "-----BEGIN CERTIFICATE-----" });
  try {
    return blocks.map((block) => {
      const binary = atob((block[1] ?? "").replace(/\s+/g, ""));
      return facts(Uint8Array.from(binary, (letter) => letter.charCodeAt(0)));
    });
  } catch {
    return say("wizard.damagedCertificate");
  }
}
