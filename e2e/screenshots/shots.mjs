/** What the README's pictures show, and how a page gets there. */

/** @typedef {import("playwright").Page} Page */

/**
 * @typedef {object} Shot
 * @property {string} name of the file
 * @property {(page: Page, data: string) => Promise<unknown>} act from the paused default experiment; `data` is the path given
 * @property {"light" | "dark"} [theme] light unless given
 * @property {boolean} [phone]
 * @property {boolean} [data] needs the file
 * @property {number} [height] of the window, 900 on the desk unless given
 * @property {string} [part] the element shown, the window unless given
 */

/**
 * Trains the experiment in the address to its end, or some steps.
 *
 * @param {Page} page
 * @param {number} [steps]
 */
async function train(page, steps) {
  await page.evaluate(async (count) => {
    const lab = globalThis.collapseLab;
    if (count !== undefined) return lab.step(count);
    await lab.play();
    await lab.done();
  }, steps);
}

/**
 * Opens a preset by its title; it begins to play.
 *
 * @param {Page} page
 * @param {string} title
 */
async function open(page, title) {
  await page
    .getByRole("combobox", { name: "Preset" })
    .selectOption({ label: title });
}

/**
 * Opens the page's experiment with other values of keys of its link.
 *
 * @param {Page} page
 * @param {Record<string, string>} settings
 */
async function edit(page, settings) {
  await page.evaluate(async (changes) => {
    const lab = globalThis.collapseLab;
    let { link } = lab.state();
    for (const [key, value] of Object.entries(changes))
      link = link.replace(new RegExp(`&${key}=[^&]*`), `&${key}=${value}`);
    await lab.open(link.replace(/&x=[^&]*/, ""));
    // That an edited link has no check value.
    document.querySelector("lab-app")?.store.dismissNotices();
  }, settings);
}

/** @type {readonly Shot[]} */
export const SHOTS = [
  { name: "default-light", act: (page) => train(page) },
  {
    name: "hierarchical-light",
    async act(page) {
      await open(page, "Two levels");
      await train(page);
    },
  },
  {
    name: "network-light",
    async act(page) {
      await open(page, "A ghost of the linear model");
      await page.evaluate(() => globalThis.collapseLab.pause());
      await page.waitForFunction(
        () => globalThis.collapseLab.state().status !== "loading",
      );
      await page.getByRole("tab", { name: "Pictures" }).click();
      await train(page, 600);
    },
  },
  {
    name: "map-light",
    height: 1200,
    part: "lab-strip",
    async act(page) {
      await page.getByRole("tab", { name: "Map" }).click();
      await page.getByRole("button", { name: /^Train .* models/ }).click();
      await page.waitForFunction(
        () =>
          document.querySelector("lab-app")?.store.maps.state.progress
            ?.status === "done",
      );
    },
  },
  {
    name: "runs-light",
    async act(page) {
      await train(page);
      for (const b of ["0.5", "4"]) {
        await edit(page, { b });
        await train(page);
      }
      await page.getByRole("button", { name: /^Runs/ }).click();
      const drawer = page.getByRole("dialog", { name: "Runs" });
      const pins = drawer.getByRole("button", { name: /^Pin / });
      await pins.first().waitFor();
      for (const pin of await pins.all()) await pin.click();
      await drawer.getByRole("tab", { name: /^Compare/ }).click();
    },
  },
  {
    name: "phone-dark",
    theme: "dark",
    phone: true,
    act: (page) => train(page),
  },
  {
    name: "mnist-light",
    data: true,
    async act(page, data) {
      await page.locator("#file").setInputFiles(data);
      await page
        .getByRole("dialog")
        .getByRole("button", { name: /^Use/ })
        .click();
      await page.waitForFunction(() =>
        globalThis.collapseLab.state().link.includes("&d=file:"),
      );
      await edit(page, {
        k: "20",
        ed: "1.2",
        bias: "1",
        est: "exact",
        o: "adam:0.003",
        t: "3000",
        pace: "0",
      });
      await train(page);
    },
  },
];
