/** The keys of a group of what can be picked: arrows move within it, Enter and space pick. */

/** @param click what a click does */
export function pickKey(
  event: KeyboardEvent,
  from: HTMLElement,
  click: (event: Event) => void,
): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  // A button makes its own clicks.
  const own = from instanceof HTMLButtonElement;
  if ((event.key === "Enter" || event.key === " ") && !own) click(event);
  else if (!arrow(event, from)) return;
  event.preventDefault();
}

/** Moves the focus within the group; whether the key was one of these. */
function arrow(
  { key, currentTarget }: KeyboardEvent,
  from: HTMLElement,
): boolean {
  const all = [
    ...(currentTarget as Element).querySelectorAll<HTMLElement>(
      "[data-pick][tabindex]",
    ),
  ];
  const now = all.indexOf(from);
  const to: Partial<Record<string, number>> = {
    ArrowLeft: now - 1,
    ArrowUp: now - 1,
    ArrowRight: now + 1,
    ArrowDown: now + 1,
    Home: 0,
    End: all.length - 1,
  };
  const next = to[key];
  if (next === undefined || now < 0) return false;
  all[Math.min(all.length - 1, Math.max(0, next))].focus();
  return true;
}
