// The language of this page, and how its numbers and times are written.
import { english, type Catalogue } from "./catalogue";
import { pseudo } from "./pseudo";

export type Locale = "en" | "en-XA";

// en-XA is English, marked: what is not marked on a page is not from the catalogue.
const catalogues: Record<Locale, () => Catalogue> = {
  en: () => english,
  "en-XA": () => pseudo(english),
};
export const locales = Object.keys(catalogues) as Locale[];

const key = "berth.locale";
const known = (tag: string | null) => locales.find((locale) => locale === tag);

/** What was chosen for this browser, if anything was. */
export const chosenLocale = () => known(localStorage.getItem(key));

/** Shows at once in whatever is said from now on; so the page is loaded again. */
export function chooseLocale(next: Locale | undefined) {
  sessionStorage.removeItem(key);
  if (next) localStorage.setItem(key, next);
  else localStorage.removeItem(key);
  location.reload();
}

/** `?locale=` is for the tab that it was opened in, and goes before what was chosen. */
function find(): Locale {
  const asked = known(new URLSearchParams(location.search).get("locale"));
  if (asked) sessionStorage.setItem(key, asked);
  const preferred = navigator.languages.map((tag) => known(tag) ?? known(tag.split("-")[0]!));
  return (
    asked ?? known(sessionStorage.getItem(key)) ?? chosenLocale() ?? preferred.find(Boolean) ?? "en"
  );
}

export const locale = find();
export const catalogue = catalogues[locale]();
export const isPseudo = locale === "en-XA";

// Somebody in Dublin reads the same English, with other dates: the browser's own locale, where it
// is of the catalogue's language.
const language = locale.split("-")[0]!;
export const region = navigator.languages.find((tag) => tag.split("-")[0] === language) ?? language;

export function startLocale() {
  document.documentElement.lang = locale;
}
