/** Light or dark: the system's choice until the visitor makes one, which is remembered here only. */
const KEY = "collapse-lab-theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage may be blocked; the theme then lasts as long as the page
  }
}

/** Applies the remembered choice; call once before the first render. */
export function restoreTheme(): void {
  const theme = stored();
  if (theme === "light" || theme === "dark")
    document.documentElement.dataset.theme = theme;
}

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
    // as above
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
