/**
 * What the article gains from scripts: "Run it" opens its experiment in the lab, "Play here" makes its figure
 * live (loaded when first asked for), Escape closes a definition.
 */
import type { Store } from "../session/store.ts";

/** Listens on the article; throws nothing where the page has none. */
export function enlivenArticle(store: Store): void {
  const article = document.querySelector<HTMLElement>("#article");
  if (!article) return;
  article.addEventListener("click", (event) => {
    const target = event.target as Element;
    const play = target.closest<HTMLButtonElement>("button.play");
    if (play) {
      const figure = play.closest("figure");
      // What is below makes room at the click, and moves no more when the figure is there.
      figure?.classList.add("room");
      void import("./article-figures.ts").then(
        ({ toggleFigure }) => {
          toggleFigure(play);
        },
        // It did not load: the lab above has the same experiment.
        () => figure?.querySelector<HTMLElement>("a.run")?.click(),
      );
    }
    const run = target.closest<HTMLAnchorElement>("a.run");
    // With a key held, a link is the browser's: a new tab, say.
    if (!run || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void store.open(run.hash);
    void store.play();
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    scrollTo({ top: 0, behavior: still ? "instant" : "smooth" });
    // Who came by keyboard goes on from there.
    document
      .querySelector("lab-app")
      ?.shadowRoot?.querySelector<HTMLElement>("#lanes")
      ?.focus({ preventScroll: true });
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") article.classList.add("quiet");
  });
  const heard = (event: Event): void => {
    if ((event.target as Element).closest(".term, .tip"))
      article.classList.remove("quiet");
  };
  article.addEventListener("pointerout", heard);
  article.addEventListener("focusout", heard);
}
