/** The page as it is before scripts: theory of the default experiment, in HTML. */

/** How long a browser that does not tell of its first paint is waited for, in ms. */
const UNTOLD = 400;

/**
 * Resolves when a visitor has theory on screen: no script of the page's keeps it from being painted.
 * At once where there is nothing to wait for: the link is of another experiment, or nobody looks.
 */
export function firstPaint(): Promise<void> {
  const { classList } = document.documentElement;
  if (
    document.hidden ||
    classList.contains("other") ||
    performance.getEntriesByName("first-contentful-paint").length > 0
  )
    return Promise.resolve();
  return new Promise((resolve) => {
    const observer = new PerformanceObserver((list) => {
      if (list.getEntriesByName("first-contentful-paint").length === 0) return;
      observer.disconnect();
      resolve();
    });
    observer.observe({ type: "paint" });
    setTimeout(resolve, UNTOLD);
  });
}
