// English in disguise: accents, a third longer, in brackets. A text without brackets on the page is
// not from the catalogue; one that is cut would be cut in a longer language too.
import type { Catalogue, Key, Message } from "./catalogue";

const plain = "AaBbCcDdEeFfGgHhIiJjKkLlMmNnOoPpQqRrSsTtUuVvWwXxYyZz";
const dressed = "ÅåƁƀÇçĐđÉéƑƒĜĝĤĥÎîĴĵĶķĻļṀṁÑñÖöÞþǪǫŔŕŠšŢţÛûṼṽŴŵẊẋÝýŽž";

const dress = (text: string) =>
  text.replace(/[A-Za-z]/g, (letter) => dressed[plain.indexOf(letter)] ?? letter);

export const brackets = (text: string) => `⟦${text}⟧`;

function disguise(text: string) {
  const words = text.replace(/\{\w+\}|[^{]+/g, (part) => (part[0] === "{" ? part : dress(part)));
  const letters = text.replace(/\{\w+\}/g, "").length;
  return brackets(words + "·".repeat(Math.ceil(letters / 3)));
}

const disguised = (message: Message): Message =>
  typeof message === "string"
    ? disguise(message)
    : (Object.fromEntries(
        Object.entries(message).map(([form, text]) => [form, disguise(text)]),
      ) as Message);

export function pseudo(catalogue: Catalogue): Catalogue {
  return Object.fromEntries(
    Object.entries(catalogue).map(([key, message]) => [key, disguised(message)]),
  ) as Record<Key, Message>;
}
