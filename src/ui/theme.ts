/** Light or dark: the system's choice until the visitor makes one, which is remembered here only. */

/** Read by a script in www/index.html, before the first paint. */
const KEY = "collapse-lab-theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

/** The theme on screen. */
export function themeNow(): "light" | "dark" {
  const chosen = document.documentElement.dataset.theme;
  return (chosen ?? (dark.matches ? "dark" : "light")) === "dark"
    ? "dark"
    : "light";
}

export function toggleTheme(): void {
  const root = document.documentElement;
  const next = themeNow() === "dark" ? "light" : "dark";
  root.dataset.theme = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // storage may be blocked; the theme then lasts as long as the page
  }
  dispatchEvent(new Event("themechange"));
}

/** Calls back whenever colors may have changed; returns the unsubscribe. */
export function onTheme(listener: () => void): () => void {
  addEventListener("themechange", listener);
  dark.addEventListener("change", listener);
  return () => {
    removeEventListener("themechange", listener);
    dark.removeEventListener("change", listener);
  };
}
