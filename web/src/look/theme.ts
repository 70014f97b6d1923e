// Light, dark or as the system; kept in this browser.
export type Theme = "system" | "light" | "dark";

const key = "berth.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

export function theme(): Theme {
  const kept = localStorage.getItem(key);
  return kept === "light" || kept === "dark" ? kept : "system";
}

function show() {
  const wanted = theme();
  const isDark = wanted === "dark" || (wanted === "system" && dark.matches);
  document.documentElement.classList.toggle("pf-v6-theme-dark", isDark);
  document.documentElement.style.colorScheme = isDark ? "dark" : "light";
}

export function setTheme(next: Theme) {
  if (next === "system") localStorage.removeItem(key);
  else localStorage.setItem(key, next);
  show();
}

export function startTheme() {
  show();
  dark.addEventListener("change", show);
}
