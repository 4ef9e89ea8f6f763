/** What axe finds on the page as it is. */
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import type { Lab } from "./lab.ts";

/**
 * Waits until nothing fades or moves, in shadow roots too: half-way a button has neither of its
 * colors. What runs forever is not waited for.
 */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    // A root lists the animations of its own tree alone.
    const roots = (root: Document | ShadowRoot): (Document | ShadowRoot)[] => [
      root,
      ...[...root.querySelectorAll("*")].flatMap((element) =>
        element.shadowRoot ? roots(element.shadowRoot) : [],
      ),
    ];
    const moving = (): Animation[] =>
      roots(document)
        .flatMap((root) => root.getAnimations())
        .filter(
          ({ playState, effect }) =>
            playState === "running" &&
            Number.isFinite(Number(effect?.getComputedTiming().endTime)),
        );
    const frame = () => new Promise(requestAnimationFrame);
    // Transitions begin with the frame after the change that they follow.
    await frame();
    await frame();
    while (moving().length > 0)
      await Promise.allSettled(moving().map(({ finished }) => finished));
  });
}

/** What axe finds serious or critical, in both color schemes. */
export async function findings(lab: Lab): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await lab.page.emulateMedia({ colorScheme });
    await settled(lab.page);
    // The article is the same in every state: article.test.ts looks at it once.
    const axe = new AxeBuilder({ page: lab.page }).exclude("#article");
    // Colors are all that the second scheme changes.
    if (colorScheme === "dark") axe.withRules(["color-contrast"]);
    const { violations } = await axe.analyze();
    for (const { id, impact, help, nodes } of violations) {
      if (impact !== "serious" && impact !== "critical") continue;
      const where = nodes.map(
        ({ target, failureSummary }) =>
          `${target.flat().join(" ")}: ${failureSummary ?? ""}`,
      );
      found.push(
        `${colorScheme}, ${impact}, ${id} (${help}): ${where.join("; ")}`,
      );
    }
  }
  return found;
}
