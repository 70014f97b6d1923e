// Texts of the catalogue, said: `say` as text, `sayWith` with elements of a page within.
import { createElement, Fragment, type ReactNode } from "react";

import type { Given, Key } from "./catalogue";
import { brackets } from "./pseudo";
import { catalogue, isPseudo, region } from "./locale";

export type { Key, PlainKey } from "./catalogue";

const numbers = new Intl.NumberFormat(region);
const plurals = new Intl.PluralRules(region);

type Values<Value> = Record<string, Value>;

function messageOf(key: Key, values: Values<unknown> = {}) {
  const message = catalogue[key];
  if (typeof message === "string") return message;
  return message[plurals.select(Number(values.count))] ?? message.other;
}

export function say<K extends Key>(key: K, ...given: Given<K, string | number>): string {
  const values = given[0] as Values<string | number> | undefined;
  return messageOf(key, values).replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values?.[name] ?? "";
    return typeof value === "number" ? numbers.format(value) : value;
  });
}

export function sayWith<K extends Key>(key: K, ...given: Given<K, ReactNode>): ReactNode {
  const values = given[0] as Values<ReactNode> | undefined;
  // Every other piece is a name.
  const pieces = messageOf(key, values).split(/\{(\w+)\}/);
  const nodes = pieces.map((piece, index) => {
    const value = index % 2 === 0 ? piece : values?.[piece];
    return typeof value === "number" ? numbers.format(value) : value;
  });
  return createElement(Fragment, null, ...nodes);
}

/** What Intl wrote is of the locale too. */
export const shown = (text: string) => (isPseudo ? brackets(text) : text);
