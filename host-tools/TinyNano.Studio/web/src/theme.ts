// Light, dark, or what the system says. Loaded first, so that no page flashes in the wrong colours.
export type Theme = "system" | "light" | "dark";

const key = "tinynano-theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

export function theme(): Theme {
  const stored = localStorage.getItem(key);
  return stored === "light" || stored === "dark" ? stored : "system";
}

export function setTheme(next: Theme): void {
  if (next === "system") {
    localStorage.removeItem(key);
  } else {
    localStorage.setItem(key, next);
  }
  apply();
}

function apply(): void {
  const chosen = theme();
  document.documentElement.dataset.theme = chosen === "system" ? (dark.matches ? "dark" : "light") : chosen;
}

dark.addEventListener("change", apply);
apply();
