// The catalogue: every text that a person reads, by its key. English is the language that there is;
// its parts lie in en/, one for each part of the console, and begin with that part's name.
//
// `{name}` in a message stands for what is given when it is said. A message that depends on a number
// has one form for each of the language's plural forms, and the number is `{count}`.
import { content } from "./en/content";
import { docs } from "./en/docs";
import { doctor } from "./en/doctor";
import { ecr } from "./en/ecr";
import { frame } from "./en/frame";
import { jobs } from "./en/jobs";
import { login } from "./en/login";
import { parts } from "./en/parts";
import { people } from "./en/people";
import { regions } from "./en/regions";
import { registries } from "./en/registries";
import { settings } from "./en/settings";
import { wizard } from "./en/wizard";

export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
export type Message = string | Forms;

export const english = {
  ...content,
  ...docs,
  ...doctor,
  ...ecr,
  ...frame,
  ...jobs,
  ...login,
  ...parts,
  ...people,
  ...regions,
  ...registries,
  ...settings,
  ...wizard,
} as const;

export type Key = keyof typeof english;
/** A language: a message for each key. */
export type Catalogue = Record<Key, Message>;

type NamesIn<Text> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;
type NamesOf<Of> = Of extends { other: infer Text } ? NamesIn<Text> | "count" : NamesIn<Of>;
/** What has to be given to say the message of `K`: nothing, or a value for each name in it. */
export type Given<K extends Key, Value> = [NamesOf<(typeof english)[K]>] extends [never]
  ? []
  : [values: Record<NamesOf<(typeof english)[K]>, Value>];
/** Messages that need nothing: those that a table may name. */
export type PlainKey = { [K in Key]: Given<K, unknown> extends [] ? K : never }[Key];
