/** What training tests call in the page. */

export const trainingHarness = {};
